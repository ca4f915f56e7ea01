"""The author's local page: the letter as readers will see it, repainted when a file changes."""

from newsletter.studio.serve import serve_studio

__all__ = ["serve_studio"]
