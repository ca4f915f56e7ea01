"""Rules on merge fields."""
