"""Adapters that take mail out."""
