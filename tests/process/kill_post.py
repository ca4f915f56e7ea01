"""Mails to one person put to the kill: three people ask for the letter, and what mails them dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kill import Peer
from kill_scenarios import StubPeer, outbox_peer
from sqlalchemy import select

from newsletter.domain.consent import Origin
from newsletter.project import Project
from newsletter.store.schema.tables import service_mail
from newsletter.testing.received import ReceivedMail
from newsletter.testing.smtp_stub import SmtpStub

__all__ = ["POST", "POST_PRELOAD", "PostScenario", "deliver"]

POST_PRELOAD = (
    "kill_post",
    "newsletter.project.sending.post",
    "newsletter.project.people.consent",
    "newsletter.render.pipeline",
    "newsletter.content.loader",
    "newsletter.store.opening",
    "premailer",
    "sqlalchemy.dialects.sqlite",
    "newsletter.providers.outbox",
    "newsletter.providers.smtp",
)
_PEOPLE = ("anna@gemeente.example", "bert@waterschap.example", "caro@provincie.example")
_CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Kade 12, 8011 AB Zwolle"
base_url = "https://brief.example"
[sender]
from = "An <an@brief.example>"
[provider]
name = "{name}"
[provider.smtp]
host = "127.0.0.1"
security = "none"
"""


def deliver() -> int:
    """Send what waits in the newsletter here, as the site does; the program that is killed."""
    with Project.open(Path.cwd()) as project:
        project.post.deliver()
    return 0


@dataclass(frozen=True, kw_only=True)
class PostScenario:
    """The post of one provider; each mail is a batch of its own."""

    name: str
    open_peer: Callable[[Path], Peer]
    is_conclusive: bool = False
    entry: str = "kill_post:deliver"
    batch: int = 1
    concurrency: int = 1
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    def prepare(self, project: Path) -> None:
        """Let three people ask."""
        (project / "newsletter.toml").write_text(_CONFIG.format(name=self.name), "utf-8")
        with Project.open(project, environment={}) as opened:
            for email in _PEOPLE:
                opened.consent.request(email, lang="nl", origin=Origin(source="test"))

    def send(self) -> Sequence[str]:
        """Say nothing: the program takes no arguments."""
        return ()

    def resume(self, project: Path) -> Sequence[str]:
        """Say nothing, either."""
        del project
        return ()

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the queue."""
        with (
            Project.open(project, environment={}) as opened,
            opened.store.database.reading() as connection,
        ):
            rows = connection.execute(select(service_mail.c.email, service_mail.c.state))
            return {row.email: row.state for row in rows}

    def everybody(self) -> frozenset[str]:
        """Return who asked."""
        return frozenset(_PEOPLE)

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Find links that two people share."""
        del project
        links = [word for mail in mails for word in mail.text.split() if "/confirm/" in word]
        return () if len(links) == len(set(links)) else ("two people have the same link",)


def _smtp(project: Path) -> Peer:
    return StubPeer(
        SmtpStub(project / "journal"), lambda stub: {"NEWSLETTER_PROVIDER_SMTP_PORT": str(stub.port)}
    )


POST = {
    "outbox": PostScenario(name="outbox", open_peer=outbox_peer, is_conclusive=True),
    "smtp": PostScenario(name="smtp", open_peer=_smtp),
}
