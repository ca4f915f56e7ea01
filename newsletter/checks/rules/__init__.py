"""One file per rule, in a directory per family; found without a list."""
