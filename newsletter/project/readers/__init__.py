"""The list and its segments: read in, explained, found in, written out."""
