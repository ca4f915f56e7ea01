"""What a reader wrote themselves: all else is taken away by rules that have a name, in linear time."""

from newsletter.replies.strip.stripping import strip

__all__ = ["strip"]
