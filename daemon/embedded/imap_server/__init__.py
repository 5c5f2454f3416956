"""What must a server know to speak IMAP4rev1 (RFC 3501)? The parts behind daemon/embedded/embedded_imap.py."""
