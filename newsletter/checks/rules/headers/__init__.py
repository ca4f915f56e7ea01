"""Rules on headers."""
