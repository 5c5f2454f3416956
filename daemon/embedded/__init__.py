"""What mail server do the demo and the tests bring along? A small one, in memory, IMAP and SMTP."""
