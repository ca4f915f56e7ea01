"""A whole newsletter that another program exported, made into a project."""
