"""Sending asks links and the sender's domain itself, when mail leaves this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))
from local_world import LocalNames, link_asker, serve_names

from newsletter.checks.outside import Outside
from newsletter.checks.registry import Stage
from newsletter.errors import ChecksFailed
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.testing.smtp_stub import SmtpStub

NAME = "issues/2026-11-24-first.md"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SOUND = {
    ("letter.example", "A"): ["127.0.0.1"],
    ("letter.example", "TXT"): ['"v=spf1 -all"'],
    ("_dmarc.letter.example", "TXT"): ['"v=DMARC1; p=none"'],
    ("letter.example", "MX"): ["10 mail.letter.example."],
}
GONE = "\nRead [the report](http://gone.example/report) first.\n"


class Connected(Project):
    """A newsletter whose network is the name server `names`; notes which stages were opened."""

    names: LocalNames
    opened: list[str]

    @contextmanager
    def outside(
        self, stages: Iterable[str], tell: Callable[[str], None] = lambda _text: None
    ) -> Iterator[Outside]:
        self.opened += stages
        with super().outside([], tell):
            asker = link_asker(self.names, self.config.root)
            yield Outside(
                asked=frozenset(Stage(one) for one in self.opened[-1:] if stages),
                names=asker.names,
                links=asker,
                provider=lambda: self.sending.provider().probe(),
            )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpStub]:
    with SmtpStub(tmp_path / "journal") as server:
        yield server


@pytest.fixture
def root(tmp_path: Path, server: SmtpStub) -> Path:
    """Return a newsletter with two readers that goes out through a mail server."""
    root = tmp_path / "letters"
    start_newsletter(root, name="Letters", lang="en", today=date(2026, 11, 24))
    path = root / "newsletter.toml"
    settings = path.read_text().replace('name = "outbox"', 'name = "smtp"')
    path.write_text(
        f'{settings}\n[provider.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
    )
    with at(root) as project:
        project.imports.apply(project.imports.plan(root / "examples/subscribers.csv"), lambda _done: None)
    return root


def at(root: Path) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(NOW))


@contextmanager
def connected(root: Path, names: LocalNames) -> Iterator[Connected]:
    with Connected.open(root, environment={}, clock=FixedClock(NOW)) as project:
        assert isinstance(project, Connected)
        project.names, project.opened = names, []
        yield project


def checked(root: Path) -> None:
    with at(root) as project:
        assert not project.gate.check(root / NAME).is_blocking


def test_a_link_that_died_since_the_check_keeps_the_letter_in(root: Path) -> None:
    (root / NAME).write_text((root / NAME).read_text() + GONE)
    checked(root)

    with serve_names(SOUND) as names, connected(root, names) as project:
        with pytest.raises(ChecksFailed, match=r"LK022 the link to http://gone\.example/report is dead"):
            project.gate.judge(root / NAME, "everyone").require()

        assert project.opened == ["network"]


def test_a_letter_without_such_a_link_leaves(root: Path) -> None:
    checked(root)

    with serve_names(SOUND) as names, connected(root, names) as project:
        project.gate.judge(root / NAME, "everyone").require()


def test_a_domain_without_records_keeps_the_letter_in(root: Path) -> None:
    checked(root)

    with (
        serve_names({("letter.example", "A"): ["127.0.0.1"]}) as names,
        connected(root, names) as project,
        pytest.raises(ChecksFailed, match="HD013"),
    ):
        project.gate.judge(root / NAME, "everyone").require()


def test_a_network_that_cannot_be_asked_is_a_warning_that_is_kept(root: Path) -> None:
    (root / NAME).write_text((root / NAME).read_text() + GONE)
    checked(root)

    with serve_names({(".", "NS"): "NXDOMAIN"}) as closed, connected(root, closed) as project:
        judgement = project.gate.judge(root / NAME, "everyone")
        clearance = judgement.require()

    said = [one.what for one in judgement.warnings if one.code == "network"]
    assert said
    assert all(one.startswith("links and the sender's domain were not asked: ") for one in said)
    assert [f"network {one}" for one in said] == list(clearance.warnings)[: len(said)]


@pytest.mark.parametrize(
    ("old", "new"),
    [('name = "smtp"', 'name = "outbox"'), ("[provider.smtp]", "[send]\nnetwork = false\n\n[provider.smtp]")],
    ids=["outbox", "switched-off"],
)
def test_nobody_is_asked_where_no_mail_leaves_or_it_was_switched_off(root: Path, old: str, new: str) -> None:
    path = root / "newsletter.toml"
    path.write_text(path.read_text().replace(old, new))
    checked(root)

    with serve_names({}) as names, connected(root, names) as project:
        project.gate.judge(root / NAME, "everyone").require()

        assert project.opened == []
        assert names.asked == []
