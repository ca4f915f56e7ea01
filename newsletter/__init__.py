"""A newsletter kept as files and sent with proof."""

__all__ = ["__version__"]

__version__ = "0.1.0"
