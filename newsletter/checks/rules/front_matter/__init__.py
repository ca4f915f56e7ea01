"""Rules on front matter."""
