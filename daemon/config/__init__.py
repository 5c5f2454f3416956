"""What may an admin decide, and how is he told what is wrong? config.toml: read, checked, explained."""
