"""Rules on the languages of one issue."""
