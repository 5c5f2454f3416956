"""What must a server know to speak IMAP4rev1 (RFC 3501)? The parts behind daemon/embedded_imap.py."""
