"""The author's local page."""
