"""The page's own files: a short list, so that no path from outside is ever followed."""

from __future__ import annotations

from importlib import resources

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from newsletter.studio.gate import page_policy

__all__ = ["blank_frame", "page_file", "start_page"]

_PAGES = resources.files("newsletter.studio") / "pages"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_VENDOR = ("vendor/editor.js",)


def start_page(*, nonce: str, key: str, project: str) -> Response:
    """Return the page; style elements with `nonce` count, and `key` goes along with what it sends.

    `project` tells this newsletter's drafts in the browser from those of another on the same port.
    """
    html = (_PAGES / "index.html").read_text("utf-8")
    html = html.replace("{nonce}", nonce).replace("{key}", key).replace("{project}", project)
    return HTMLResponse(html, headers={"Content-Security-Policy": page_policy(nonce)})


def page_file(name: str) -> Response:
    """Return a style sheet or script of the page, 404 when it has none of that name."""
    kind = _TYPES.get(name[name.rfind(".") :])
    if kind is None or name not in _names():
        return PlainTextResponse("There is no such file.", 404)
    return Response((_PAGES / name).read_bytes(), media_type=kind)


def blank_frame(policy: str) -> Response:
    """Return the empty page that the letter is put into, under the letter's own policy."""
    html = '<!doctype html><html lang=""><head><title></title></head><body></body></html>'
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def _names() -> tuple[str, ...]:
    return (*(entry.name for entry in _PAGES.iterdir()), *_VENDOR)
