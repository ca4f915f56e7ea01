"""The public site: what readers and providers reach over the web. See `app` for its routes."""

from newsletter.site.app import make_app
from newsletter.site.serve import serve_site

__all__ = ["make_app", "serve_site"]
