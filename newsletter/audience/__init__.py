"""The list: reading it, querying it, choosing from it."""
