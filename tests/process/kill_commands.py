"""The real commands put to the kill sweep: `newsletter send … --yes`, then `newsletter resume`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kill import Peer
from kill_scenarios import StubPeer, outbox_peer

from newsletter.project import Project
from newsletter.store.opening import open_store
from newsletter.testing.received import ReceivedMail
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.smtp_stub import SmtpStub

__all__ = ["COMMANDS", "COMMAND_PRELOAD", "STORE", "CommandScenario"]

COMMAND_PRELOAD = (
    "newsletter.cli.send",
    "newsletter.cli.resume",
    "newsletter.project.sending.campaigns",
    "newsletter.project.readers.segments",
    "newsletter.project.issues.shelf",
    "newsletter.project.sending.gate",
    "newsletter.render.pipeline",
    "newsletter.checks.runner",
    "newsletter.store.opening",
    "newsletter.audience.syntax",
    "premailer",
    "sqlalchemy.dialects.sqlite",
    "newsletter.providers.outbox",
    "newsletter.providers.smtp",
    "newsletter.providers.sendgrid",
)
STORE = "sqlite:///.newsletter/newsletter.db"
_READERS = tuple(f"r{number:02}@brief.example" for number in range(12))
_CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Kade 12, 8011 AB Zwolle"
base_url = "https://brief.example"
[sender]
from = "An <an@brief.example>"
[fields.first_name]
fallback = "lezer"
[segments.lezers]
where = "status:active"
[provider]
name = "{provider}"
concurrency = 1
[provider.smtp]
host = "127.0.0.1"
security = "none"
[provider.sendgrid]
api_key = "env:KILL_KEY"

[send]
network = false
{settings}
"""
_ISSUE = """---
subject: "Herfst"
{front}
preheader: "Een korte brief over de herfst, met een vraag aan jou."
segment: lezers
---

Beste {{{{ first_name }}}},

De bladeren vallen. Wat zie jij buiten?

Hartelijke groet,
An
"""


@dataclass(frozen=True, kw_only=True)
class CommandScenario:
    """The commands with one provider, in a project as an author has it; everybody is in one batch.

    `settings` are more lines of `[send]`, `front` more of the issue's front matter, `options` more of `send`.
    """

    name: str
    open_peer: Callable[[Path], Peer]
    settings: str = ""
    front: str = ""
    options: Sequence[str] = ()
    is_conclusive: bool = False
    concurrency: int = 1
    entry: str = "newsletter.cli:main"
    batch: int = len(_READERS)
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    def prepare(self, project: Path) -> None:
        """Write a newsletter with one issue, and import its readers."""
        (project / "issues").mkdir()
        (project / "newsletter.toml").write_text(
            _CONFIG.format(provider=self.name, settings=self.settings), "utf-8"
        )
        (project / "issues" / "2026-11-24-herfst.md").write_text(_ISSUE.format(front=self.front), "utf-8")
        rows = "".join(f"{email},Lezer {number}\n" for number, email in enumerate(_READERS))
        (project / "list.csv").write_text(f"email,first_name\n{rows}", "utf-8")
        with Project.open(project, environment={}) as opened:
            opened.imports.apply(opened.imports.plan(project / "list.csv"), lambda _done: None)
            assert not opened.gate.check(project / "issues" / "2026-11-24-herfst.md").is_blocking

    def send(self) -> Sequence[str]:
        """Plan and send."""
        return ("send", "herfst", "--yes", *self.options)

    def resume(self, project: Path) -> Sequence[str]:
        """Go on, or begin anew when the plan was not finished."""
        with open_store(STORE, project) as store:
            return ("resume",) if store.ledger.campaigns() else self.send()

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger."""
        with open_store(STORE, project) as store:
            campaigns = store.ledger.campaigns()
            return {row.email: str(row.state) for one in campaigns for row in store.ledger.deliveries(one.id)}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return frozenset(_READERS)

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Find nothing wrong: everybody gets the same."""
        del project, mails
        return ()


def _smtp(project: Path) -> Peer:
    return StubPeer(
        SmtpStub(project / "journal"), lambda stub: {"NEWSLETTER_PROVIDER_SMTP_PORT": str(stub.port)}
    )


def _sendgrid(project: Path) -> Peer:
    return StubPeer(
        SendgridStub(project / "journal"),
        lambda stub: {"NEWSLETTER_PROVIDER_SENDGRID_HOST": stub.url, "KILL_KEY": API_KEY},
    )


COMMANDS = {
    "outbox": CommandScenario(name="outbox", open_peer=outbox_peer, is_conclusive=True),
    "smtp": CommandScenario(name="smtp", open_peer=_smtp),
    "sendgrid": CommandScenario(name="sendgrid", open_peer=_sendgrid),
}
