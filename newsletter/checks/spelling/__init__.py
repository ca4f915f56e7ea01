"""Spelling: dictionaries, the project's own words, and the words of a letter that neither knows."""
