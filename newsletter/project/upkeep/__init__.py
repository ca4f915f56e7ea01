"""Keeping it safe and working: backups, the doctor, what providers report."""
