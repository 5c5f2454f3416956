"""What do the bytes of a mail say? From octets to one immutable Mail (rules/mail.py)."""
