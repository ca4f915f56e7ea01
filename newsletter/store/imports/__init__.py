"""Imports: rows laid out beside the list, compared with it, applied, undone."""
