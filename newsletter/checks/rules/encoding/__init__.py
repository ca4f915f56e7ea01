"""Rules on characters."""
