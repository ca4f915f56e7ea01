"""What comes in, read without believing any of it: a mail as values, and what its writer really said."""
