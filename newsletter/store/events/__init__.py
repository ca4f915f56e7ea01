"""What providers tell: kept as it came, made rows, applied once."""
