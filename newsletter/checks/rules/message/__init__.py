"""Rules on message, size and text part."""
