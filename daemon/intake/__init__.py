"""How does mail come in? IMAP and LMTP; acknowledged only when it is on stable storage."""
