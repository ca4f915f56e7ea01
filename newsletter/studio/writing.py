"""Routes for the text of an issue: read, save, merge, keep what lost, begin a new one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.content.loader import load_issue
from newsletter.errors import NewsletterError, Problem, UsageError
from newsletter.source import shown_path
from newsletter.studio.answers import source_json
from newsletter.studio.desk import Desk
from newsletter.studio.files import FileIsAnother, SourceFile, read_source, write_source
from newsletter.studio.merge import merge_texts
from newsletter.studio.recovery import keep_text

__all__ = ["Words", "Writing", "read_words"]

_MAX_BODY = 12_000_000
"""Bytes of a request: three texts of a file's largest size, with room for JSON's escapes."""

_T = TypeVar("_T")
_SIDES = ("mine", "theirs")


class Words:
    """What a page sent: a JSON object of texts. Every name it lacks, or has no text for, is a refusal."""

    def __init__(self, values: dict[str, object]) -> None:
        """Keep the object."""
        self._values = values

    def text(self, name: str) -> str:
        """Return the text called `name`. Raises UsageError."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise UsageError(
                Problem(what=f'the page sent no text called "{name}"', fix="load the page again")
            )
        return value

    def maybe(self, name: str) -> str | None:
        """Return the text called `name`, None where the page sent none or null. Raises UsageError."""
        return None if self._values.get(name) is None else self.text(name)


async def read_words(request: Request) -> Words:
    """Return what the page sent. Raises UsageError when it is too much or no JSON object."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MAX_BODY:
            raise UsageError(
                Problem(
                    what=f"the page sent more than {_MAX_BODY:,} bytes",
                    fix="make the text shorter; pictures go in files of their own",
                )
            )
        parts.append(part)
    try:
        values = json.loads(b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise UsageError(Problem(what="the page sent no JSON", fix="load the page again")) from error
    if not isinstance(values, dict):
        raise UsageError(Problem(what="the page sent no JSON object", fix="load the page again"))
    return Words(values)


class Writing:
    """Answers what the editor asks; each answer is worked out in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        """Work on the issues of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/source/{name}", self.source, methods=["GET"]),
            Route("/source/{name}", self.save, methods=["PUT"]),
            Route("/merge", self.merge, methods=["POST"]),
            Route("/keep/{name}", self.keep, methods=["POST"]),
            Route("/issues", self.begin, methods=["POST"]),
        ]

    async def source(self, request: Request) -> Response:
        """Answer with the text of an issue."""
        name = request.path_params["name"]

        def read() -> dict[str, object]:
            source = read_source(self._desk.path(name, may_be_gone=True))
            return {"is_gone": True} if source is None else self._source(name, source)

        return JSONResponse(await run_in_threadpool(read))

    async def save(self, request: Request) -> Response:
        """Write `text` over the version `base`, or answer with `theirs` when something else stands there."""
        name, words = request.path_params["name"], await read_words(request)
        text, base = words.text("text"), words.maybe("base")

        def write() -> dict[str, object]:
            path = self._desk.path(name, may_be_gone=True)
            try:
                return self._source(name, write_source(path, text, base=base))
            except FileIsAnother as another:
                return {"is_another": True, "theirs": another.theirs and self._source(name, another.theirs)}

        return JSONResponse(await run_in_threadpool(write))

    async def merge(self, request: Request) -> Response:
        """Answer with `mine` and `theirs`, which both began as `base`, as one text."""
        words = await read_words(request)
        base, mine, theirs = (words.text(name) for name in ("base", "mine", "theirs"))
        merged = await run_in_threadpool(lambda: merge_texts(base, mine, theirs))
        return JSONResponse({"text": merged.text, "clashes": merged.clashes})

    async def keep(self, request: Request) -> Response:
        """Keep a text that lost in a file of its own; answer with its path."""
        name, words = request.path_params["name"], await read_words(request)
        side, text = words.text("side"), words.text("text")
        if side not in _SIDES:
            raise UsageError(Problem(what=f'"{side}" is no side of a conflict', fix="load the page again"))

        def write() -> str:
            self._desk.path(name, may_be_gone=True)  # refuses a name that is none
            root = self._desk.last_known().config.root
            return keep_text(root, name, side, text, datetime.now(UTC))

        return JSONResponse({"path": await run_in_threadpool(write)})

    async def begin(self, request: Request) -> Response:
        """Begin an issue about `subject`; answer with its name."""
        subject = (await read_words(request)).text("subject")

        def new() -> str:
            with self._desk.project() as project:
                return project.issues.new(subject).stem

        return JSONResponse({"name": await run_in_threadpool(new)})

    def _source(self, name: str, source: SourceFile) -> dict[str, object]:
        project = self._desk.last_known()
        path = self._desk.path(name, project=project, may_be_gone=True)
        lang = _or(lambda: load_issue(path, project.config).lang, project.config.newsletter.lang)
        return source_json(source, lang=lang, path=shown_path(path, project.config.root))


def _or(work: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return work()
    except NewsletterError:
        return otherwise
