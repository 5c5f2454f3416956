"""What is it like? A whole desk in one process, and a day at it."""
