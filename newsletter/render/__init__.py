"""RENDER: an issue becomes a rendered issue, and that becomes messages."""
