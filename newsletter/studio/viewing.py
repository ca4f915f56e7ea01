"""Routes for looking at a letter: as a mail client shows it, as HTML, as the head of a mail, as a file."""

from __future__ import annotations

from email import message_from_bytes, policy

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.errors import Problem, UsageError
from newsletter.render.clients import Loss, Simulation, simulate
from newsletter.render.clients.support import source
from newsletter.studio.desk import Desk, NoSuchIssue, Paper
from newsletter.studio.writing import read_words

__all__ = ["Viewing", "find_paper"]


class Viewing:
    """Answers how a letter looks elsewhere; each answer is worked out in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        """Look at the letters of `desk`."""
        self._desk = desk
        self.routes = [
            Route("/view/{number:int}/{simulation}", self.view),
            Route("/html/{number:int}", self.html),
            Route("/head/{name}", self.head, methods=["GET", "POST"]),
            Route("/eml/{name}", self.eml),
        ]

    async def view(self, request: Request) -> Response:
        """Answer with the letter as a client would show it, fit for the frame, and what is left out."""
        number, name = request.path_params["number"], request.path_params["simulation"]
        if name not in list(Simulation):
            raise UsageError(Problem(what=f'"{name}" cannot be simulated', fix="load the page again"))
        simulation = Simulation(name)

        def look() -> dict[str, object]:
            paper = find_paper(self._desk, number)
            shown = simulate(paper.marked_html, simulation, own=[one.url for one in paper.letter.pictures])
            return {
                "html": self._desk.framed(paper, shown.html, simulation.scheme),
                "losses": [_loss(loss) for loss in shown.losses],
                "source": source(),
            }

        return JSONResponse(await run_in_threadpool(look))

    async def html(self, request: Request) -> Response:
        """Answer with the HTML a reader gets, to the byte."""
        paper = find_paper(self._desk, request.path_params["number"])
        return JSONResponse({"html": paper.letter.html})

    async def head(self, request: Request) -> Response:
        """Answer with the head of the mail, as it is sent and in readable words; of `text` for a POST."""
        text = (await read_words(request)).text("text") if request.method == "POST" else None
        mail = await run_in_threadpool(lambda: self._mail(request, text))
        head = mail.partition(b"\r\n\r\n")[0]
        parsed = message_from_bytes(head + b"\r\n\r\n", policy=policy.default)
        fields = [{"name": name, "value": " ".join(str(value).split())} for name, value in parsed.items()]
        return JSONResponse({"fields": fields, "raw": head.decode("utf-8", "replace"), "size": len(mail)})

    async def eml(self, request: Request) -> Response:
        """Answer with the mail itself as a file, to the byte what `newsletter build` writes."""
        mail = await run_in_threadpool(lambda: self._mail(request, None))
        name = request.path_params["name"].encode("ascii", "ignore").decode().replace('"', "") or "letter"
        headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
        return Response(mail, media_type="message/rfc822", headers=headers)

    def _mail(self, request: Request, text: str | None) -> bytes:
        name, reader = request.path_params["name"], request.query_params.get("as") or None
        data = None if text is None else text.encode("utf-8", "replace")
        with self._desk.project() as project:
            path = self._desk.path(name, project=project, may_be_gone=text is not None)
            return project.issues.message(path, as_email=reader, data=data)


def find_paper(desk: Desk, number: int) -> Paper:
    """Return a letter built before. Raises NoSuchIssue when that was too long ago."""
    paper = desk.paper(number)
    if paper is None:
        raise NoSuchIssue(Problem(what="this letter is from too long ago", fix="load the page again"))
    return paper


def _loss(loss: Loss) -> dict[str, object]:
    return {"kind": str(loss.kind), "what": loss.what, "count": loss.count, "lines": list(loss.lines)}
