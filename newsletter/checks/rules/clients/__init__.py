"""Rules on what mail clients support."""
