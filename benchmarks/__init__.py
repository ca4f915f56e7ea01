"""How fast the main paths are, as ratios to a named floor measured in the same run."""
