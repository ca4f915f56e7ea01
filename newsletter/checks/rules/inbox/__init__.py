"""Rules on the inbox line."""
