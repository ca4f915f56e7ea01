"""Routes for what leaves for a reader: an answer, or the question whether they may be quoted."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.domain.delivery import BatchState
from newsletter.domain.quote import QuotedReply
from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.project.answering import Sent
from newsletter.replies.answering import own_words
from newsletter.studio.desk import Desk
from newsletter.studio.writing import Words, read_words

__all__ = ["ReplyMail"]


class ReplyMail:
    """Drafts and sends one mail to the reader who wrote; each answer is worked out in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        """Write for the project of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/replies/{number:int}/answer", self.draft, methods=["GET"]),
            Route("/replies/{number:int}/answer", self.answer, methods=["POST"]),
            Route("/replies/{number:int}/question", self.question, methods=["POST"]),
            Route("/replies/{number:int}/ask", self.ask, methods=["POST"]),
        ]

    async def draft(self, request: Request) -> Response:
        """Answer with whom an answer would go to, and what stands below the author's words."""
        number = request.path_params["number"]

        def look(project: Project) -> dict[str, object]:
            draft = project.answering.draft(number)
            earlier = [one for one in project.answering.of(number) if one.state is BatchState.ACCEPTED]
            return {
                **_way(project),
                "to": draft.to_address,
                "subject": draft.subject,
                "quoted": draft.quoted,
                "is_further": bool(earlier),
            }

        return await self._answer(look)

    async def answer(self, request: Request) -> Response:
        """Send `text` as the answer, once; with `further` another one to a mail that has one."""
        number, words = request.path_params["number"], await read_words(request)
        text, is_further = words.text("text"), words.maybe("further") is not None

        def send(project: Project) -> dict[str, object]:
            draft = project.answering.draft(number)
            written = own_words(text, draft)
            if not written:
                raise UsageError(Problem(what="the text is empty: nothing was sent", fix="write something"))
            kept = project.answering.write(draft, f"{written}\n", again=is_further)
            return _sent(project.answering.send(kept.id))

        return await self._answer(send)

    async def question(self, request: Request) -> Response:
        """Answer with the mail that would ask whether `words` may be quoted; nothing leaves."""
        number, words = request.path_params["number"], await read_words(request)

        def look(project: Project) -> dict[str, object]:
            quote, text = _prepared(project, number, words)
            to = project.answering.draft(number).to_address
            return {**_way(project), "to": to, "text": text, "consent": str(quote.consent)}

        return await self._answer(look)

    async def ask(self, request: Request) -> Response:
        """Ask the reader by mail whether `words` may be quoted, once; answer with what became of it."""
        number, words = request.path_params["number"], await read_words(request)

        def send(project: Project) -> dict[str, object]:
            asked = project.quoting.ask(*_prepared(project, number, words))
            consent: dict[str, object] = {"consent": str(asked.quote.consent)}
            return consent if asked.sent is None else {**consent, **_sent(asked.sent)}

        return await self._answer(send)

    async def _answer(self, work: Callable[[Project], dict[str, object]]) -> Response:
        def ask() -> dict[str, object]:
            with self._desk.project() as project:
                return work(project)

        return JSONResponse(await run_in_threadpool(ask))


def _prepared(project: Project, number: int, words: Words) -> tuple[QuotedReply, str]:
    is_anonymous = words.maybe("anonymous") is not None
    return project.quoting.prepare(
        number, words.maybe("words") or None, words.maybe("name") or None, is_anonymous=is_anonymous
    )


def _way(project: Project) -> dict[str, object]:
    """Return how a mail leaves. Raises ConfigError when none can."""
    sender, provider = project.answering.sender(), project.sending.provider()
    leaves = provider.capabilities.leaves_machine
    return {"from": str(sender), "provider": provider.describe(), "leaves": leaves}


def _sent(sent: Sent) -> dict[str, object]:
    return {
        "outcome": str(sent.answer.state),
        "to": sent.answer.to_address,
        "detail": sent.halted or sent.answer.detail or "",
    }
