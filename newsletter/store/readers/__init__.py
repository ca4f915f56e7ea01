"""The list: readers, what they chose, and who is in a segment."""
