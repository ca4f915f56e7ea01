"""Backups: made while others write, verified, put back without anybody being mailed again."""
