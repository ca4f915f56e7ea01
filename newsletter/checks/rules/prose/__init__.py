"""Rules on prose."""
