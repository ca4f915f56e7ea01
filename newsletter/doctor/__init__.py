"""Whether everything is set up so that mail arrives: what is looked at, and what is made of the answers."""
