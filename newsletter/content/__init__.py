"""LOAD: files become an issue."""
