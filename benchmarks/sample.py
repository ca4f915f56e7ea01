"""A newsletter to measure on: the sample letter, and as many generated readers as wanted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.timing import ROOT
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.receipt import Clearance
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.domain.token import delivery_id
from newsletter.project import Project
from newsletter.store.readers.list_rows import write_subscribers, write_tags

__all__ = [
    "EVERYBODY",
    "LETTER",
    "SECRET",
    "clear",
    "fill_list",
    "generated_readers",
    "letter_mailing",
    "letter_reader",
    "make_newsletter",
    "open_newsletter",
]

LETTER = "2026-11-24-appgroep.md"
"""The Dutch sample letter."""

SECRET = bytes(32)
"""Signs what the benchmarks make."""

EVERYBODY = "status:active"
"""The segment of everybody who may be mailed."""

_NAMES = ("Jan", "Zoë", "Anne-Marie", "İpek", "Noor", "Sjoerd", "", "Fatma", "José", "Wim")
_WORK = ("gemeente", "waterschap", "provincie", "rijk")
_STATUSES = (*[SubscriberStatus.ACTIVE] * 19, SubscriberStatus.UNSUBSCRIBED)
_CHUNK = 20_000


def make_newsletter(root: Path) -> Path:
    """Copy the sample newsletter into `root`, which is made; no readers yet."""
    root.mkdir(parents=True)
    shutil.copy(ROOT / "newsletter.toml", root)
    shutil.copytree(ROOT / "issues", root / "issues")
    shutil.copytree(ROOT / "templates", root / "templates")
    return root


def open_newsletter(root: Path, settings: Mapping[str, str] | None = None) -> Project:
    """Open the newsletter in `root`, deaf to the environment; `settings` are dotted keys and their values."""
    os.environ.setdefault("BENCHMARK_KEY", "SG.benchmark")
    return Project.open(root, overrides=settings, environment={})


def letter_mailing(root: Path) -> tuple[Mailing, ReaderLinks]:
    """Return the sample letter of the newsletter in `root` as a mailing, and the links of its readers."""
    with open_newsletter(root) as project:
        issue = project.issues.load(root / "issues" / LETTER)
        rendered = project.issues.render(issue)
        assert issue.date is not None, "the sample letter has a date"
        mailing = project.issues.mailing(issue, rendered, "benchmark", issue.date)
        links = ReaderLinks.make(SECRET, project.config.newsletter.base_url, issue.slug, rendered.slots)
    return mailing, links


def letter_reader(number: int, links: ReaderLinks) -> Recipient:
    """Return a reader of the sample letter."""
    identity = delivery_id(SECRET, "benchmark", str(number))
    return Recipient(
        position=number,
        delivery_id=identity,
        email=f"lezer.{number}@gemeente.example",
        values={"first_name": f"Zoë {number}", **links.of(identity)},
    )


def clear(project: Project, letter: Path) -> Clearance:
    """Check `letter` for everybody and return the clearance to send it."""
    project.gate.check(letter, segment=EVERYBODY)
    return project.gate.judge(letter, EVERYBODY).require()


def generated_readers(count: int, *, all_active: bool = False) -> Iterator[Subscriber]:
    """Yield `count` readers, always the same ones; one in twenty has left, unless `all_active`."""
    joined = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(count):
        name = _NAMES[number % len(_NAMES)]
        work = _WORK[number % len(_WORK)]
        email = f"Lezer.{number:07d}@{work}-{number % 997}.example"
        yield Subscriber(
            id=0,
            email=email,
            key=email.lower(),
            status=SubscriberStatus.ACTIVE if all_active else _STATUSES[number % len(_STATUSES)],
            lang="en" if number % 9 == 0 else "nl",
            fields={"organisation": f"{work} {number % 997}", **({"first_name": name} if name else {})},
            tags=frozenset((work, "beta")) if number % 50 == 0 else frozenset((work,)),
            joined=joined + timedelta(minutes=number),
            confirmed=None,
            source="benchmark",
        )


def fill_list(project: Project, count: int, *, all_active: bool = False) -> None:
    """Write `count` generated readers into the list."""
    readers = generated_readers(count, all_active=all_active)
    while chunk := list(islice(readers, _CHUNK)):
        with project.store.database.writing() as connection:
            ids = write_subscribers(connection, chunk)
            write_tags(connection, {ids[one.key]: one.tags for one in chunk})
