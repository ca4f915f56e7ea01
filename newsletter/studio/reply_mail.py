"""Routes for what leaves for a reader: an answer, or the question whether they may be quoted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.domain.delivery import BatchState
from newsletter.domain.quote import QuotedReply
from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.project.replies.answering import Sent
from newsletter.replies.answering import own_words
from newsletter.studio.desk import Desk
from newsletter.studio.reply_answers import answer
from newsletter.studio.writing import Words, read_words

__all__ = ["ReplyMail"]


class ReplyMail:
    """Drafts and sends one mail to the reader who wrote; each answer is worked out in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        """Write for the project of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/replies/{number:int}/answer", self.draft, methods=["GET"]),
            Route("/replies/{number:int}/answer", self.send, methods=["POST"]),
            Route("/replies/{number:int}/question", self.question, methods=["POST"]),
            Route("/replies/{number:int}/ask", self.ask, methods=["POST"]),
        ]

    async def draft(self, request: Request) -> Response:
        """Answer with whom an answer would go to, and what stands below the author's words."""
        number = request.path_params["number"]

        def look(project: Project) -> dict[str, object]:
            draft = project.answering.draft(number)
            return {
                **_way(project),
                "to": draft.to_address,
                "subject": draft.subject,
                "quoted": draft.quoted,
                "answered": _answered(project, number),
            }

        return await answer(self._desk, look, about=number)

    async def send(self, request: Request) -> Response:
        """Send `text` as the answer, once.

        `answered` is how many answers the page knows of: one more is sent only beside those, so that a page
        that heard nothing of its answer may send it again.
        """
        number, words = request.path_params["number"], await read_words(request)
        text, known = words.text("text"), words.maybe("answered")

        def send(project: Project) -> dict[str, object]:
            draft = project.answering.draft(number)
            written = own_words(text, draft)
            if not written:
                raise UsageError(Problem(what="the text is empty: nothing was sent", fix="write something"))
            count = _answered(project, number)
            is_further = count > 0 and known == str(count)
            kept = project.answering.write(draft, f"{written}\n", again=is_further)
            return _sent(project.answering.send(kept.id))

        return await answer(self._desk, send, about=number)

    async def question(self, request: Request) -> Response:
        """Answer with the mail that would ask whether `words` may be quoted; nothing leaves."""
        number, words = request.path_params["number"], await read_words(request)

        def look(project: Project) -> dict[str, object]:
            quote, text = _prepared(project, number, words)
            to = project.answering.draft(number).to_address
            return {**_way(project), "to": to, "text": text, "consent": str(quote.consent)}

        return await answer(self._desk, look, about=number)

    async def ask(self, request: Request) -> Response:
        """Ask the reader by mail whether `words` may be quoted, once; answer with what became of it."""
        number, words = request.path_params["number"], await read_words(request)

        def send(project: Project) -> dict[str, object]:
            asked = project.quoting.ask(*_prepared(project, number, words))
            consent: dict[str, object] = {"consent": str(asked.quote.consent)}
            return consent if asked.sent is None else {**consent, **_sent(asked.sent)}

        return await answer(self._desk, send, about=number)


def _answered(project: Project, number: int) -> int:
    """Return how many answers to a mail have left."""
    return sum(one.state is BatchState.ACCEPTED for one in project.answering.of(number))


def _prepared(project: Project, number: int, words: Words) -> tuple[QuotedReply, str]:
    """Return words of a mail as a quote, and the mail that asks for them; half characters become `?`."""
    chosen = (words.maybe("words") or "").encode("utf-8", "replace").decode()
    is_anonymous = words.maybe("anonymous") is not None
    return project.quoting.prepare(number, chosen or None, None, is_anonymous=is_anonymous)


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
