"""Everything of a newsletter in plain files that a stranger can read, to take elsewhere."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.errors import NewsletterError, Problem, UsageError
from newsletter.project.moving.own import MANIFEST, SOURCES
from newsletter.project.readers.exporting import export_everything
from newsletter.source import Place
from newsletter.store.ledger.past_issues import sent_issues

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["move_out"]

_PASSWORD = re.compile(r"(://[^:@/\s\"']*):[^@/\s\"']+@")
_CAMPAIGNS = ("id", "issue", "file", "segment", "provider", "state", "planned", "readers")
_CONSENT = (
    *("number", "at", "kind", "email", "source", "purpose", "wording", "wording_sha256", "ip", "user_agent"),
    *("details", "previous_hash", "hash"),
)
_REPLIES = ("number", "received", "from", "name", "subject", "issue", "kind", "state", "tags", "file")


def move_out(project: Project, target: Path) -> tuple[Mapping[str, int], Sequence[Problem]]:
    """Write everything to the folder `target`, or to a ZIP file when its name ends so.

    Returns how many files there are by folder, and letters that could not be built as HTML and text (their
    source is there all the same). `target` is there whole or not at all. Raises UsageError when it exists or
    cannot be written, StoreError.
    """
    if target.exists():
        raise UsageError(
            Problem(what="this exists already", place=Place(path=str(target)), fix="choose another name")
        )
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".export-") as made:
            folder = Path(made) / "all"  # readable by its owner only: it holds every address
            folder.mkdir(mode=0o700)
            _sources(project, folder)
            notes = list(_built(project, folder / "built"))
            if project.has_store:
                _records(project, folder)
            _manifest(project, folder / MANIFEST)
            counts = _counts(folder)
            if target.suffix.lower() == ".zip":
                _pack(folder, Path(made) / "all.zip").replace(target)
            else:
                folder.replace(target)
    except OSError as error:
        raise UsageError(
            Problem(what=f"cannot be written: {error.strerror}", place=Place(path=str(target)))
        ) from error
    return counts, notes


def _sources(project: Project, folder: Path) -> None:
    root = project.config.root
    settings = (root / "newsletter.toml").read_text("utf-8")
    (folder / "newsletter.toml").write_text(_PASSWORD.sub(r"\1:…@", settings), "utf-8")
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns(".*"))


def _built(project: Project, folder: Path) -> Iterator[Problem]:
    """Build every letter; yield a problem for each that cannot be built."""
    for path in project.issues.all():
        try:
            project.issues.build(path, folder / path.stem)
        except NewsletterError as error:
            yield Problem(
                what=f"{path.name} cannot be built, so it is there as Markdown alone",
                why=str(error.problems[0]),
            )


def _records(project: Project, folder: Path) -> None:
    export_everything(project, folder / "list")
    store = project.list_store
    _table(
        folder / "campaigns.csv",
        _CAMPAIGNS,
        (
            (
                one.id,
                one.issue,
                one.issue_path,
                one.segment,
                one.provider,
                one.state,
                one.created_at,
                one.total,
            )
            for one in store.ledger.campaigns()
        ),
    )
    counts = [(summary.campaign.id, summary.counts) for summary in project.sending.summaries()]
    _table(
        folder / "deliveries-by-state.csv",
        ("campaign", "state", "readers"),
        ((campaign, state, number) for campaign, states in counts for state, number in states.items()),
    )
    _table(folder / "consent.csv", _CONSENT, _consent(project))
    replies = list(_replies(project, folder / "replies"))
    _table(folder / "replies.csv", _REPLIES, replies)


def _consent(project: Project) -> Iterator[Sequence[object]]:
    for event, part in project.list_store.consent.log():
        details = json.dumps(dict(part.details), ensure_ascii=False) if part and part.details else ""
        yield (
            *(event.id, event.at, event.kind, part.email if part else "", part.source if part else ""),
            *(event.purpose, event.wording, event.wording_digest, part.ip if part else ""),
            *(part.user_agent if part else "", details, event.prev_hash, event.hash),
        )


def _replies(project: Project, folder: Path) -> Iterator[Sequence[object]]:
    """Write every mail that is kept, as it came in, and yield a row for each."""
    for mail in project.replies.find(InboundFilter()):
        name = ""
        if mail.has_raw:
            name = f"{mail.id}.eml"
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(project.replies.raw(mail.id))
        facts = mail.facts
        yield (
            *(mail.id, mail.received_at, facts.from_address, facts.from_name, facts.subject, facts.issue),
            *(facts.kind, mail.state, " ".join(mail.tags), name),
        )


def _manifest(project: Project, path: Path) -> None:
    sent = sent_issues(project.store.database) if project.has_store else []
    known = [
        {"slug": one.slug, "path": one.path, "first_sent": one.first_sent.isoformat(timespec="seconds")}
        for one in sent
    ]
    text = json.dumps({"format": 1, "name": project.config.newsletter.name, "sent": known}, indent=2)
    path.write_text(text + "\n", "utf-8")


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _counts(folder: Path) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            top = file.relative_to(folder).parts[0]
            counts[top] = counts.get(top, 0) + 1
    return counts


def _pack(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as package:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                package.write(file, file.relative_to(folder).as_posix())
    path.chmod(0o600)
    return path
