"""Rules on accessibility of the rendered letter."""
