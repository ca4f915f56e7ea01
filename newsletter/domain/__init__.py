"""What things are: frozen values and pure functions, no input or output."""
