"""Mail that comes in, and what is done with it."""
