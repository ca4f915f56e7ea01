"""Made-up mails in the shapes of many programs: what their writers said is found, and nothing of it is lost.

`mails/dev` was looked at while the rules were written, `mails/blind` was not; letter and expected text stand
beside each mail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.domain.stripped import Stripped
from newsletter.replies.mime import read_mail
from newsletter.replies.strip import strip

_MAILS = Path(__file__).parent / "mails"
_NEED_THE_LETTER = (
    "h-outlook-inline",
    "t07",
    "t17",
    "u07",
    "u10",
    "no-marks",
    "s03-inline-outlook",
    "s04-below-no-marks",
    "s02-inline-outlook-marked",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    path: Path
    letter: str
    reply: str
    quote: str

    def strip(self, *, with_letter: bool = True) -> Stripped:
        return strip(read_mail(self.path.read_bytes()), sent_text=self.letter if with_letter else None)


def _pairs(folder: str) -> Iterator[_Pair]:
    for path in sorted((_MAILS / folder).glob("*.eml")):
        head, _, rest = path.with_suffix(".txt").read_text("utf-8").partition("\n=== reply_text\n")
        reply, _, quote = rest.partition("\n=== quote_text\n")
        letter = (_MAILS / f"letter-{head.removeprefix('letter: ')}.txt").read_text("utf-8")
        yield _Pair(path=path, letter=letter, reply=reply.strip(), quote=quote.strip())


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _lost(pair: _Pair, found: str) -> int:
    return sum((Counter(re.findall(r"\w+", pair.reply)) - Counter(re.findall(r"\w+", found))).values())


@pytest.mark.parametrize("pair", list(_pairs("dev")), ids=lambda pair: pair.path.stem)
def test_what_the_writer_said_is_found(pair: _Pair) -> None:
    stripped = pair.strip()

    assert (_plain(stripped.reply_text), _plain(stripped.quote_text)) == (pair.reply, pair.quote)


def test_the_letter_is_needed_only_where_nothing_marks_the_quote() -> None:
    wrong = [
        pair.path.stem
        for pair in _pairs("dev")
        if _plain(pair.strip(with_letter=False).reply_text) != pair.reply
    ]

    assert [name for name in wrong if not name.endswith(_NEED_THE_LETTER)] == []


def test_mails_nobody_looked_at_while_writing_the_rules_come_out_right() -> None:
    pairs = list(_pairs("blind"))
    found = [pair.strip() for pair in pairs]

    right = sum(_plain(one.reply_text) == pair.reply for pair, one in zip(pairs, found, strict=True))
    quotable = sum(_plain(one.quote_text) == pair.quote for pair, one in zip(pairs, found, strict=True))
    assert right >= 0.96 * len(pairs)
    assert quotable >= 0.90 * len(pairs)
    assert sum(_lost(pair, one.reply_text) for pair, one in zip(pairs, found, strict=True)) == 0
