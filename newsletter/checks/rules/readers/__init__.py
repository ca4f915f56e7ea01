"""Rules on the list."""
