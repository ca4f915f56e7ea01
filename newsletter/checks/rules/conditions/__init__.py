"""Rules about blocks that only some readers see."""
