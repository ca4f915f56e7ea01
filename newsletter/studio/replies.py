"""Routes for the inbox: list mails, read one, tag it, put it away, take its words into the draft."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from newsletter.config.quotes import load_quotes
from newsletter.domain.inbox import InboundState
from newsletter.domain.quote import Quote
from newsletter.domain.stripped import Stripped
from newsletter.errors import ConfigError, Problem, StoreError, UsageError
from newsletter.project import Project
from newsletter.project.replies.choice import ReplyChoice
from newsletter.project.replies.desk import look_into
from newsletter.replies.mime import read_mail
from newsletter.replies.quote_block import quote_block
from newsletter.studio.desk import Desk
from newsletter.studio.mail_frame import MAIL_POLICY, mail_page
from newsletter.studio.reply_answers import answer, inbox_json, mail_json, original_json, require_inbox
from newsletter.studio.writing import read_words

__all__ = ["Replies"]

_STATES = (InboundState.NEW, InboundState.READ, InboundState.ARCHIVED)
"""Where the page may put a mail."""

_MOST_TAG = 60  # characters
_EVERY_KIND = "all"


class Replies:
    """Answers what the page asks about mail; each answer is worked out in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        """Look into the inbox of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/replies", self.inbox),
            Route("/replies/{number:int}", self.mail),
            Route("/replies/{number:int}/original", self.original),
            Route("/replies/{number:int}/page", self.page),
            Route("/replies/{number:int}/seen", self.see, methods=["POST"]),
            Route("/replies/{number:int}/state", self.move, methods=["POST"]),
            Route("/replies/{number:int}/tags", self.tag, methods=["POST"]),
            Route("/replies/{number:int}/block", self.block, methods=["POST"]),
        ]

    async def inbox(self, request: Request) -> Response:
        """Answer with the mails that `issue`, `tag`, `kind` and the words of `q` choose; `away`: put away."""
        asked = request.query_params
        kind = asked.get("kind") or None
        choice = ReplyChoice(
            issue=asked.get("issue") or None,
            tag=asked.get("tag") or None,
            kind=None if kind == _EVERY_KIND else kind,
            is_all=kind == _EVERY_KIND,
        )

        def look(project: Project) -> dict[str, object]:
            inbox = look_into(project, choice, text=asked.get("q", ""), is_away="away" in asked)
            return inbox_json(inbox, _quotes(project))

        return await answer(self._desk, look)

    async def mail(self, request: Request) -> Response:
        """Answer with what a mail says and what was left out of it."""
        number = request.path_params["number"]

        def look(project: Project) -> dict[str, object]:
            mail = project.replies.get(number)
            acts = project.replies.acts.of(number)
            return mail_json(mail, _whole(project, number), acts, _quotes(project))

        return await answer(self._desk, look, about=number)

    async def original(self, request: Request) -> Response:
        """Answer with a mail as it came."""
        number = request.path_params["number"]

        def look(project: Project) -> dict[str, object]:
            raw = project.replies.raw(number)
            return original_json(read_mail(raw), raw)

        return await answer(self._desk, look, about=number)

    async def page(self, request: Request) -> Response:
        """Answer with the HTML of a mail, as a page that may do nothing."""
        number = request.path_params["number"]

        def look() -> str:
            with self._desk.project() as project:
                require_inbox(project, number)
                mail = read_mail(project.replies.raw(number))
                return mail_page(mail.html, mail.subject)

        html = await run_in_threadpool(look)
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    async def see(self, request: Request) -> Response:
        """Write down that the author saw a mail; one that is not new stays where it is."""
        number = request.path_params["number"]

        def note(project: Project) -> dict[str, object]:
            project.replies.get(number)
            project.replies.mark_read(number)
            return {"state": str(project.replies.get(number).state)}

        return await answer(self._desk, note, about=number)

    async def move(self, request: Request) -> Response:
        """Put a mail in `state`: new again, read, archived."""
        number, state = request.path_params["number"], (await read_words(request)).text("state")
        if state not in _STATES:
            raise UsageError(Problem(what=f'a mail cannot be put in "{state}"', fix="load the page again"))

        def put(project: Project) -> dict[str, object]:
            project.replies.move([number], InboundState(state))
            return {"state": str(project.replies.get(number).state)}

        return await answer(self._desk, put, about=number)

    async def tag(self, request: Request) -> Response:
        """Give a mail the tag `add`, take `remove` from it; answer with those it has."""
        number, words = request.path_params["number"], await read_words(request)
        add, remove = _tag(words.maybe("add")), _tag(words.maybe("remove"))
        return await answer(
            self._desk, lambda project: {"tags": list(project.replies.tag(number, add, remove))}, about=number
        )

    async def block(self, request: Request) -> Response:
        """Answer with `words` of a mail, or all that may be quoted of it, as a block for the draft."""
        number, words = request.path_params["number"], (await read_words(request)).maybe("words")

        def make(project: Project) -> dict[str, object]:
            facts = project.replies.get(number).facts
            name = str(number)
            quote = _quotes(project).get(name)
            allowed = quote.words if quote is not None and quote.consent.is_granted else ""
            own = words or allowed or facts.quote_text or facts.reply_text or ""
            try:
                block = quote_block(name, own)
            except ValueError as error:
                raise UsageError(
                    Problem(what=f"mail {number} has no words to quote", fix="choose another mail")
                ) from error
            return {"block": block, "consent": "" if quote is None else str(quote.consent)}

        return await answer(self._desk, make, about=number)


def _whole(project: Project, number: int) -> Stripped | None:
    """Return all of a mail's text, None when the original was removed or cannot be read."""
    try:
        return project.replies.whole(number)
    except (UsageError, StoreError):
        return None


def _quotes(project: Project) -> Mapping[str, Quote]:
    """Return what readers allow; what is wrong with the register is told by the checks."""
    try:
        return load_quotes(project.config.root).quotes
    except ConfigError:
        return {}


def _tag(text: str | None) -> tuple[str, ...]:
    """Return the tag that was typed, with or without `#`, as one or none. Raises UsageError."""
    shown = "".join(one if one.isprintable() else " " for one in text or "")
    tag = " ".join(shown.split()).removeprefix("#").strip()
    if len(tag) > _MOST_TAG:
        raise UsageError(
            Problem(what=f"the tag is longer than {_MOST_TAG} characters", fix="use fewer words")
        )
    return (tag,) if tag else ()
