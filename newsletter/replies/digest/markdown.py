"""A digest as Markdown: for a person to read, and to put above the next letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from newsletter.domain.locales import DateForm, date_text, decimal_text
from newsletter.domain.quote import QuoteConsent
from newsletter.replies.digest.digest import Digest
from newsletter.replies.digest.wording import DigestWording, wording_of

__all__ = ["as_comment", "as_markdown"]

_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>|#{}]")


def as_markdown(digest: Digest) -> str:
    """Return `digest` as Markdown, in its language; what readers wrote cannot become markup."""
    wording = wording_of(digest.lang)
    parts = [f"# {wording.title.format(subject=_plain(digest.subject))}"]
    parts += _sections(digest, wording) if digest.numbers else [wording.none]
    if digest.promises:
        parts.append(_section(wording.promises, _promises(digest, wording)))
    return "\n\n".join(parts) + "\n"


def as_comment(markdown: str) -> str:
    """Return `markdown` as one comment, which nothing in it can end or begin anew."""
    inside = markdown.replace("<!--", "<! --").replace("-->", "-- >")
    return f"<!--\n{inside.strip()}\n-->"


def _sections(digest: Digest, wording: DigestWording) -> Iterator[str]:
    yield _summary(digest, wording)
    if digest.kinds:
        yield _section(
            wording.who, (f"{_plain(one.kind or wording.others)}: {one.readers}" for one in digest.kinds)
        )
    if digest.writers:
        yield _list(
            f"[{one.reply}] {_plain(', '.join(part for part in (one.name, one.kind) if part) or '?')}"
            for one in digest.writers
        )
    yield _section(
        wording.questions,
        _questions(digest),
        wording.no_questions,
    )
    yield _section(wording.themes, _themes(digest, wording), wording.no_themes)
    yield _section(wording.quotes, _quotes(digest, wording), wording.no_quotes)
    if any(one.consent is QuoteConsent.NONE for one in digest.quotes):
        yield wording.ask
    if digest.answered:
        yield _section(wording.answered, _answered(digest, wording))


def _summary(digest: Digest, wording: DigestWording) -> str:
    count = len(digest.numbers)
    said = [wording.one_reply if count == 1 else wording.replies.format(count=count)]
    if digest.readers:
        said.append(
            wording.one_reader if digest.readers == 1 else wording.readers.format(count=digest.readers)
        )
    if digest.first is not None and digest.last is not None:
        first, last = (date_text(at, DateForm.LONG, digest.lang) for at in (digest.first, digest.last))
        said.append((wording.on if first == last else wording.between).format(first=first, last=last))
    lines = f"{' '.join(said)}."
    if digest.strangers:
        lines += f" {wording.strangers.format(count=digest.strangers)}."
    if digest.mailed:
        share = decimal_text(round(100 * digest.readers / digest.mailed, 1), digest.lang)
        said_share = wording.share_of_one if digest.mailed == 1 else wording.share
        lines += f"\n{said_share.format(mailed=digest.mailed, share=share)}"
    return lines


def _questions(digest: Digest) -> Iterator[str]:
    """Yield a line for each reply with all it asks: a second question often hangs on the first."""
    for number, asked in groupby(digest.questions, key=lambda one: one.reply):
        yield f"[{number}] {_plain(' '.join(one.text for one in asked))}"


def _themes(digest: Digest, wording: DigestWording) -> Iterator[str]:
    for one in digest.themes:
        numbers = " ".join(f"[{number}]" for number in one.replies)
        told = wording.theme.format(count=len(one.replies), numbers=numbers)
        yield f"**{_plain(one.words)}** {told}"


def _quotes(digest: Digest, wording: DigestWording) -> Iterator[str]:
    for one in digest.quotes:
        consent = wording.consent[one.consent].format(name=one.name or "")
        yield f"[{one.reply}] “{_plain(one.text)}” ({consent})"


def _promises(digest: Digest, wording: DigestWording) -> Iterator[str]:
    for one in digest.promises:
        yield wording.promised.format(words=_plain(one.words), path=one.path, line=one.line, slug=one.slug)


def _answered(digest: Digest, wording: DigestWording) -> Iterator[str]:
    for one in digest.answered:
        how = wording.quoted if one.is_quoted else wording.led_to
        yield f"[{one.reply}] {how.format(path=one.path)}"


def _section(title: str, lines: Iterable[str], empty: str = "") -> str:
    return f"## {title}\n\n{_list(lines) or empty}"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _plain(text: str) -> str:
    """Return `text` on one line, with whatever means something in Markdown made to mean itself."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", " ".join(text.split()))
