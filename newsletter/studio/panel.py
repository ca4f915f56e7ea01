"""Routes for the panel: how long the letter takes, who would get it, and finding a reader."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.project.readers.reader_search import search_readers
from newsletter.project.readers.reading_language import file_for
from newsletter.project.sending.reach import Reach, find_reach
from newsletter.render.reading import reading_time
from newsletter.studio.answers import refusal_json
from newsletter.studio.desk import Desk, NoSuchIssue
from newsletter.studio.viewing import find_paper
from newsletter.studio.writing import read_words

__all__ = ["Panel"]


class Panel:
    """Answers what the panel shows beside the findings."""

    def __init__(self, desk: Desk) -> None:
        """Ask the project of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/reading/{number:int}", self.reading),
            Route("/reach/{name}", self.reach, methods=["GET", "POST"]),
            Route("/readers", self.readers),
            Route("/language/{name}", self.language),
        ]

    async def reading(self, request: Request) -> Response:
        """Answer with the words of a letter and the seconds a quick and a slow reader take."""
        letter = find_paper(self._desk, request.path_params["number"]).letter
        found = reading_time(letter.text, letter.lang)
        return JSONResponse({"words": found.words, "quick_s": found.quick_s, "slow_s": found.slow_s})

    async def reach(self, request: Request) -> Response:
        """Answer with who would get the issue; of `text` as if it stood in the file, for a POST."""
        name = request.path_params["name"]
        text = (await read_words(request)).text("text") if request.method == "POST" else None

        def find() -> dict[str, object]:
            with self._desk.project() as project:
                path = self._desk.path(name, project=project, may_be_gone=text is not None)
                data = None if text is None else text.encode("utf-8", "replace")
                return _reach(find_reach(project, project.issues.load(path, data)))

        try:
            return JSONResponse(await run_in_threadpool(find))
        except NoSuchIssue as error:  # a file may go at any moment; that is no fault of the page
            return JSONResponse(refusal_json(error.problems))

    async def readers(self, request: Request) -> Response:
        """Answer with readers who have every word of `q` in their address or fields."""
        text = request.query_params.get("q", "")

        def search() -> list[dict[str, str]]:
            with self._desk.project() as project:
                if not project.has_store:
                    return []
                return [{"email": one.email, "label": one.label} for one in search_readers(project, text)]

        return JSONResponse({"readers": await run_in_threadpool(search)})

    async def language(self, request: Request) -> Response:
        """Answer with the file of the issue that the reader `as` gets, by its name without `.md`."""
        name, reader = request.path_params["name"], request.query_params.get("as", "")

        def find() -> str:
            with self._desk.project() as project:
                return file_for(project, self._desk.path(name, project=project), reader).stem

        return JSONResponse({"name": await run_in_threadpool(find)})


def _reach(reach: Reach) -> dict[str, object]:
    return {
        "segment": reach.segment,
        "count": reach.count,
        "left_out": [{"count": one.count, "reason": one.reason} for one in reach.left_out],
        "clauses": [{"text": one.text, "depth": one.depth, "count": one.count} for one in reach.clauses],
        "variants": [
            {"count": one.count, "email": one.example_email, "conditions": list(one.conditions)}
            for one in reach.variants
        ],
        "languages": [
            {"lang": one.lang, "name": one.name, "count": one.count, "falling_back": one.falling_back}
            for one in reach.languages
        ],
        "segments": [
            {"name": one.name, "description": one.description or one.where, "count": one.count}
            for one in reach.segments
        ],
    }
