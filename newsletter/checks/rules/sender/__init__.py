"""Rules on sender identity."""
