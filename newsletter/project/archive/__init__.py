"""The archive: letters that went out, for everybody."""
