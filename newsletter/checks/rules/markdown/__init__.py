"""Rules on Markdown."""
