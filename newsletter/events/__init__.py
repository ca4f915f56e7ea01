"""What providers tell after they took mail: reading it, and what it changes."""
