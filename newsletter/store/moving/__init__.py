"""A store moved to another database: every row exactly, read again there, and the old one closed."""
