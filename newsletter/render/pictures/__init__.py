"""Pictures: from a file beside the issue to the bytes readers get, and the size they are shown at."""
