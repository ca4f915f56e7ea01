"""Every table, as SQLAlchemy Core knows it."""
