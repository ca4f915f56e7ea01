"""Rules on what readers who see or hear otherwise need."""
