"""What a reader wrote, from mails in the shapes of many programs. Floor: the standard library reading them.

And libraries that strip the same plain texts; of hostile mails, a megabyte each, the slowest of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.peers import Missing, reply_libraries
from benchmarks.timing import ROOT, in_turn, spending
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.mime import read_mail
from newsletter.replies.strip import strip

__all__ = ["measure"]

_MAILS = ROOT / "tests" / "unit" / "replies" / "mails"
_ROUNDS = 5
_HOSTILE = (
    ("On ", False),
    ("On Mon\n", False),
    ("\n", False),
    ("-", False),
    ("> ", False),
    ("Van: x\n\nAan: y\n", False),
    ("Sent from my iPhone\n", False),
    ("-- \nJan\n", False),
    ("Op 24-11-2026 om 09:31 schreef Jan:\n> a\nb\n", False),
    ("<p>a</p>", True),
    ("<blockquote>a</blockquote>b<br>", True),
)


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU time per mail, beside the floor and beside every library that is here."""
    del work
    raws = [path.read_bytes() for path in sorted((_MAILS / "dev").glob("*.eml"))][: 20 if quick else None]
    letter = (_MAILS / "letter-nl.txt").read_text("utf-8")
    rounds = 1 if quick else _ROUNDS
    spent = in_turn(
        {
            "ours": lambda: [strip(read_mail(raw), sent_text=letter) for raw in raws],
            "floor": lambda: [_stdlib(raw) for raw in raws],
        },
        rounds,
    )
    name = "the standard library reading the mail"
    per_mail = 1e3 / len(raws)
    figures = [
        _figure(
            "one mail read and stripped, CPU",
            spent["ours"].cpu_s * per_mail,
            spent["floor"].cpu_s * per_mail,
            name,
        )
    ]
    mails = [mail for mail in map(read_mail, raws) if mail.has_plain_text]
    figures += _beside_libraries(mails, rounds)
    return [*figures, _hostile(100_000 if quick else 1_000_000, letter)]


def _beside_libraries(mails: Sequence[ReadMail], rounds: int) -> list[Figure]:
    try:
        sys.path.append(str(reply_libraries()))
    except Missing as missing:
        print(missing, file=sys.stderr)
        return []
    peers = {
        "mail-parser-reply": import_module("mailparser_reply")
        .EmailReplyParser(languages=["nl", "en", "de", "fr", "es"])
        .parse_reply,
        "quotequail": import_module("quotequail").quote,
        "email-reply-parser": import_module("email_reply_parser").EmailReplyParser.parse_reply,
    }
    contenders: dict[str, Callable[[], object]] = {
        name: lambda call=call: [call(mail.text) for mail in mails] for name, call in peers.items()
    }
    spent = in_turn({**contenders, "ours": lambda: [strip(mail) for mail in mails]}, rounds)
    per_mail = 1e3 / len(mails)
    return [
        _figure(
            "one plain text stripped, CPU", spent["ours"].cpu_s * per_mail, spent[name].cpu_s * per_mail, name
        )
        for name in peers
    ]


def _hostile(size: int, letter: str) -> Figure:
    slowest = 0.0
    for text, is_html in _HOSTILE:
        whole = text * (size // len(text))
        mail = ReadMail(html=whole) if is_html else ReadMail(text=whole, has_plain_text=True)
        with spending() as spent:
            strip(mail, sent_text=letter)
        slowest = max(slowest, spent.cpu_s)
    measure = f"the slowest of {len(_HOSTILE)} hostile mails of {size:,} bytes, CPU"
    return Figure(benchmark="strip", measure=measure, unit="ms", ours=slowest * 1e3)


def _figure(measure: str, ours: float, floor: float, name: str) -> Figure:
    return Figure(benchmark="strip", measure=measure, unit="ms", ours=ours, floor=floor, floor_name=name)


def _stdlib(raw: bytes) -> str:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    return str(body.get_content()) if body is not None else ""
