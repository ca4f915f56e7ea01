"""Rules on what the world outside must know and give, so that letters arrive and answers come back."""
