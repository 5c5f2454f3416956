"""What does the desk write, and how does it look as a mail? Templates, and wishes of the rules to bytes."""
