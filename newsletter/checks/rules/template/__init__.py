"""Rules on templates."""
