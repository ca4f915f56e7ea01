"""What each route of the site may answer, as an OpenAPI document (3.1) made from the routes themselves.

`python -m tests.unit.site.site_contract > site.json` writes it, for any tool that reads such documents.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from tests.unit.site.site_world import make_site

__all__ = ["OPERATIONS", "Operation", "document", "expected", "routed"]

HTML, TEXT = "text/html", "text/plain"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one method of one path takes in a form, and which statuses it answers, with the type of each."""

    answers: Mapping[int, str]
    form: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()

    def type_of(self, status: int) -> str | None:
        """Return the type of an answer with that status; None when there is no such answer."""
        return self.answers.get(status) or (HTML if status in self.errors else None)


_PAGE = Operation(answers={200: HTML})
_LINK = Operation(answers={200: HTML}, errors=(404,))
_BODY = (400, 408, 413)
_ASKED = (*_BODY, 429)


def _posted(*form: str, errors: tuple[int, ...] = (*_BODY, 404)) -> Operation:
    return Operation(answers={200: HTML}, form=form, errors=errors)


OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/health"): Operation(answers={200: TEXT, 503: TEXT}),
    ("GET", "/"): _PAGE,
    ("GET", "/subscribe"): _PAGE,
    ("POST", "/subscribe"): _posted("email", "lang", "website", "shown", "topic.water", errors=_ASKED),
    ("GET", "/confirm/{token}"): _LINK,
    ("POST", "/confirm/{token}"): _posted("confirm"),
    ("GET", "/unsubscribe/{token}"): _LINK,
    ("POST", "/unsubscribe/{token}"): _posted("leave", "List-Unsubscribe"),
    ("GET", "/never/{token}"): _LINK,
    ("POST", "/never/{token}"): _posted("never"),
    ("GET", "/preferences/{token}"): _LINK,
    ("POST", "/preferences/{token}"): _posted("save", "lang", "pause", "frequency", "topic.water"),
    ("GET", "/my-data"): _PAGE,
    ("POST", "/my-data"): _posted("email", "shown", errors=_ASKED),
    ("GET", "/my-data/{token}"): _LINK,
    ("POST", "/my-data/{token}"): _posted("get", "forget", "address"),
    ("GET", "/archive"): _PAGE,
    ("GET", "/archive/feed.xml"): Operation(answers={200: "application/atom+xml"}),
    ("GET", "/archive/feed.json"): Operation(answers={200: "application/feed+json"}),
    ("GET", "/archive/sitemap.xml"): Operation(answers={200: "application/xml"}),
    ("GET", "/archive/search/{part}.js"): Operation(answers={200: "text/javascript"}, errors=(404,)),
    ("GET", "/archive/search.js"): Operation(answers={200: "text/javascript"}),
    ("GET", "/archive/style.css"): Operation(answers={200: "text/css"}),
    ("GET", "/archive/logo.{ending}"): Operation(answers={200: "image/"}, errors=(404,)),
    ("GET", "/archive/tags/{tag}"): _LINK,
    ("GET", "/archive/{slug}"): _LINK,
    ("GET", "/archive/{slug}/{name}"): Operation(answers={200: "image/"}, errors=(404,)),
    ("GET", "/archive/{slug}/{lang}/{name}"): Operation(answers={200: "image/"}, errors=(404,)),
    ("GET", "/issues/{slug}/{name}"): Operation(answers={200: "image/"}, errors=(404,)),
    ("GET", "/site.css"): Operation(answers={200: "text/css"}),
    ("POST", "/hooks/{provider}"): Operation(
        answers={200: TEXT, 401: TEXT, 429: TEXT, 503: TEXT}, errors=(404, 408, 413)
    ),
    ("POST", "/inbound/{secret}"): Operation(answers={200: TEXT, 503: TEXT}, errors=(404, 408, 413)),
}


def routed(app: Starlette) -> Iterator[tuple[str, str]]:
    """Yield method and path of everything the site answers; HEAD goes with GET (RFC 9110 9.3.2)."""
    for route in app.routes:
        assert isinstance(route, Route), f"{route} is no plain route: say what it answers"
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


def expected(app: Starlette, method: str, path: str) -> Operation | None:
    """Return what `method` on `path` may answer; None when it is not allowed there, or nothing is."""
    asked = "GET" if method == "HEAD" else method
    for route in app.routes:
        assert isinstance(route, Route)
        if route.path_regex.match(path) and asked in (route.methods or ()):
            return OPERATIONS[asked, route.path]
    return None


def document(app: Starlette) -> dict[str, object]:
    """Return the site as an OpenAPI document."""
    paths: dict[str, dict[str, object]] = {}
    for method, path in routed(app):
        operation = OPERATIONS[method, path]
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        described: dict[str, object] = {
            "parameters": [
                *({"name": one, "in": "path", "required": True, "schema": _TEXT} for one in names),
                {"name": "lang", "in": "query", "schema": _TEXT},
            ],
            "responses": {
                str(status): {"description": str(status), "content": {kind: {}}}
                for status, kind in {**dict.fromkeys(operation.errors, HTML), **operation.answers}.items()
            },
        }
        if operation.form:
            fields = {"type": "object", "properties": dict.fromkeys(operation.form, _TEXT)}
            content = {"application/x-www-form-urlencoded": {"schema": fields}}
            described["requestBody"] = {"content": content}
        paths.setdefault(path, {})[method.lower()] = described
    return {"openapi": "3.1.0", "info": {"title": "The public site", "version": "1"}, "paths": paths}


_TEXT = {"type": "string"}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as _folder:
        _site = make_site(Path(_folder), {})
        print(json.dumps(document(_site.app), indent=2))
        _site.project.close()
