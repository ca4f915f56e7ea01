"""Run the checks over a directory of other people's Markdown and count what each rule says.

Usage: `python tests/tools/check_prose.py DIRECTORY --lang nl [--only CODES] [--without CODES] [--save FILE]`.
Every file becomes one or more letters, cut between paragraphs; the subject is its first heading, the date
is in its name or its front matter. It tells no right from wrong: a person reads what `--save` writes, one
finding a line as JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import shorten
from zoneinfo import ZoneInfo

from newsletter.checks.context import CheckContext
from newsletter.checks.runner import run_checks
from newsletter.domain.finding import CheckReport, Finding
from newsletter.project import Project
from newsletter.source import Place

_ZONE = ZoneInfo("Europe/Amsterdam")
_UNDATED = datetime(2026, 11, 24, 9, 30, tzinfo=_ZONE)
_FRONT_MATTER = re.compile(r"\A(-{3}|\+{3})\n(.*?)\n\1\n", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}|\{%.*?%\}", re.DOTALL)
_DAY = re.compile(r"\b(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]\b")
_HEADING = re.compile(r"^#{1,6}\s+(.{3,})$", re.MULTILINE)
_CONFIG = """[newsletter]
name = "Brief"
lang = "{lang}"
postal_address = "Brief, Kade 12, 8011 AB Zwolle"
base_url = "https://brief.example"
[sender]
from = "Renata de Wit <renata@brief.example>"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A part of file `source` as the letter it could be, sent at `date` if that is known."""

    source: str
    body: str
    subject: str
    date: datetime | None

    def text(self, lang: str) -> bytes:
        """Return the issue file."""
        date = f"date: {self.date.isoformat()}\n" if self.date else ""
        subject = json.dumps(self.subject, ensure_ascii=False)
        return f"---\nsubject: {subject}\nlang: {lang}\n{date}slug: brief\n---\n{self.body}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One finding with what is there in the letter, for a person to judge."""

    code: str
    slug: str
    severity: str
    what: str
    excerpt: str
    source: str


def main() -> None:
    """Check every file, print the counts and save the findings."""
    wishes = _arguments()
    remarks: list[Remark] = []
    words, letters, crashed = 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "newsletter.toml").write_text(_CONFIG.format(lang=wishes.lang))
        (root / "issues").mkdir()
        with Project.open(root, environment={}) as project:
            for path in sorted(wishes.directory.rglob("*.md")):
                for letter in read_letters(path, wishes.size):
                    letters += 1
                    words += len(letter.body.split())
                    context = _context(letter, wishes.lang, project, root)
                    report = run_checks(context, select=wishes.only, ignore=wishes.without)
                    crashed.update(f"{result.code}: {result.reason}" for result in report.crashed)
                    remarks.extend(_remarks(report, context, letter))
    _print_counts(remarks, words, letters, crashed)
    if wishes.save:
        lines = [json.dumps(asdict(remark), ensure_ascii=False) for remark in remarks]
        wishes.save.write_text("".join(f"{line}\n" for line in lines))
    sys.exit(1 if crashed else 0)


def read_letters(path: Path, size: int) -> Iterator[Letter]:
    """Yield the text of `path` in letters of about `size` words, cut between paragraphs outside code."""
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    date = _date_of(path.name, front[2] if front else "")
    text = _SHORTCODE.sub("", text[front.end() :] if front else text)
    for body in _cut(text, size):
        heading = _HEADING.search(body)
        subject = heading[1].strip("# ") if heading else "Brief"
        yield Letter(source=path.name, body=body, subject=shorten(subject, 60, placeholder=""), date=date)


def _date_of(name: str, front_matter: str) -> datetime | None:
    found = _DAY.search(name) or _DAY.search(front_matter)
    try:
        return datetime.fromisoformat(f"{found[0]}T09:30").replace(tzinfo=_ZONE) if found else None
    except ValueError:
        return None


def _cut(text: str, size: int) -> Iterator[str]:
    held: list[str] = []
    words, in_code = 0, False
    for paragraph in re.split(r"\n[ \t]*\n", text):
        held.append(paragraph)
        words += len(paragraph.split())
        in_code ^= len(re.findall(r"^ {0,3}(?:```|~~~)", paragraph, re.MULTILINE)) % 2 == 1
        if words >= size and not in_code:
            yield "\n\n".join(held)
            held, words = [], 0
    if words:
        yield "\n\n".join(held)


def _context(letter: Letter, lang: str, project: Project, root: Path) -> CheckContext:
    return CheckContext(
        path=root / "issues/brief.md",
        config=project.config,
        now=(letter.date or _UNDATED) - timedelta(hours=1),
        posting=project.issues.posting,
        data=letter.text(lang),
    )


def _remarks(report: CheckReport, context: CheckContext, letter: Letter) -> Iterator[Remark]:
    for finding in report.findings:
        yield Remark(
            code=finding.code,
            slug=finding.slug,
            severity=finding.severity.value,
            what=finding.what,
            excerpt=_excerpt(finding, context),
            source=letter.source,
        )


def _excerpt(finding: Finding, context: CheckContext) -> str:
    place = finding.place or Place(path="")
    if place.line is None or place.line > len(context.lines):
        return ""
    column = place.column or 1
    return context.lines[place.line - 1][max(0, column - 70) : column + 90]


def _print_counts(remarks: list[Remark], words: int, letters: int, crashed: Counter[str]) -> None:
    print(f"{words:,} words in {letters:,} letters")
    counts = Counter((one.code, one.slug, one.severity) for one in remarks)
    for (code, slug, severity), count in sorted(counts.items()):
        rate = 1000 * count / max(words, 1)
        print(f"{code} {slug:28} {severity:8} {count:6} {rate:8.3f} per 1,000 words")
    for reason, count in crashed.items():
        print(f"crashed {count} times: {reason}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--lang", default="en")
    parser.add_argument("--size", type=int, default=1500, help="words of a letter, about")
    parser.add_argument("--only", type=_codes, default=(), help="codes, or starts of codes, to run")
    parser.add_argument("--without", type=_codes, default=(), help="codes, or starts of codes, to leave out")
    parser.add_argument("--save", type=Path, help="write every finding here, a JSON object a line")
    return parser.parse_args()


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


if __name__ == "__main__":
    main()
