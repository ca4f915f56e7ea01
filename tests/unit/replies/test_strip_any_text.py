"""Properties of stripping: nothing fails, nothing is made up, nothing vanishes, and nothing takes long."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.domain.read_mail import ReadMail
from newsletter.domain.stripped import Stripped
from newsletter.replies.mime import read_mail
from newsletter.replies.strip import strip

_EXAMPLES = 10_000 if os.environ.get("NEWSLETTER_FUZZ") else 100
_SMALLER = 1 if os.environ.get("NEWSLETTER_FUZZ") else 5
_EVERY = 1 if os.environ.get("NEWSLETTER_FUZZ") else 3
_SECONDS = 10 // _SMALLER + 2
_LETTER = """Vorige maand vroeg ik hoe jullie omgaan met boze berichten.
Hoe doen jullie dat?
Tot volgende maand, Renata"""
_LINES = st.sampled_from(
    [
        "",
        " ",
        "Beste Renata,",
        "Dat doen wij met een rooster.",
        "Groet, Jan",
        "-- ",
        "--",
        "________________",
        "Verstuurd vanaf mijn iPhone",
        "Verstuurd vanaf mijn iPhoneOp 24-11-2026 om 09:31 heeft R <r@b.nl> het volgende geschreven:",
        "> Hoe doen jullie dat?",
        ">> <<<",
        "Op di 24 nov. 2026 om 09:31 schreef Renata <",
        "r@brief.example>:",
        "Van: Renata <r@brief.example>",
        "Verzonden: 24 november 2026",
        "-----Oorspronkelijk bericht-----",
        "Vorige maand vroeg ik hoe jullie omgaan met boze berichten.",
        "Tot volgende maand, Renata",
        "Dit bericht is uitsluitend bestemd voor de geadresseerde, bijlagen inbegrepen.",
        "PS nog iets",
        "<blockquote>a",
        "</blockquote><div class=gmail_quote><hr id=zwchr>",
        "<div id=Signature>Groet,<br>Jan</div><p>",
    ]
)
_TEXTS = st.lists(st.one_of(_LINES, st.text(max_size=20)), max_size=25).map("\n".join)
_SLOW = [  # every third by default: the ones that were slowest once
    ("-- \nJan\n", 120_000),
    ("On ", 350_000),
    ("On Mon\n", 150_000),
    ("<p>a</p>", 125_000),
    ("Op di 24 nov. 2026 om 09:31 woord ", 30_000),
    ("\n", 1_000_000),
    ("Sent from my iPhone\n", 50_000),
    ("-", 1_000_000),
    ("> ", 500_000),
    ("<blockquote>a</blockquote>b<br>", 30_000),
    ("Van: x\n\nAan: y\n", 65_000),
    ("Op 24-11-2026 om 09:31 schreef Jan:\n> a\nb\n", 23_000),
    ("Vorige maand vroeg ik hoe jullie omgaan met\nja\n", 20_000),
    ("<div><b x=1 y=2>", 60_000),
]


def _check(text: str, stripped: Stripped) -> None:
    """What was taken and what is left are the whole, and every word was there."""
    gone = [(piece.start, piece.end) for piece in stripped.removed]
    assert gone == sorted(gone)
    kept, at = [], 0
    for start, end in gone:
        assert at <= start < end
        kept.append(stripped.source[at:start])
        at = end
    kept.append(stripped.source[at:])
    assert "".join("".join(kept).split()) == "".join(stripped.reply_text.split())
    assert set(re.findall(r"\w+", stripped.quote_text)) <= set(re.findall(r"\w+", stripped.reply_text))
    assert all(word in stripped.source for word in re.findall(r"\w+", stripped.reply_text))


@given(_TEXTS, st.booleans())
@settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_plain_text_nothing_vanishes_and_nothing_is_made_up(text: str, with_letter: bool) -> None:
    mail = ReadMail(text=text, has_plain_text=True)

    _check(text, strip(mail, sent_text=_LETTER if with_letter else None))


@example("\xad", False)  # unseen, and still a line of the writer's
@given(_TEXTS, st.booleans())
@settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_html_nothing_vanishes_and_nothing_is_made_up(html: str, with_letter: bool) -> None:
    _check(html, strip(ReadMail(html=html), sent_text=_LETTER if with_letter else None))


def _tree(leaf: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    def joined(kind: str, parts: list[bytes]) -> bytes:
        body = b"".join(b"--x%d\n" % len(parts) + part + b"\n" for part in parts)
        return f"Content-Type: multipart/{kind}; boundary=x{len(parts)}\n\n".encode() + body

    return st.builds(joined, st.sampled_from(["mixed", "alternative", "report"]), st.lists(leaf, max_size=4))


_LEAF = st.builds(
    lambda kind, text: f"Content-Type: text/{kind}; charset=utf-8\n\n{text}".encode("utf-8", "replace"),
    st.sampled_from(["plain", "html", "calendar"]),
    _TEXTS,
)


@given(st.recursive(_LEAF, _tree, max_leaves=8), st.binary(max_size=8))
@settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_any_tree_of_parts_nothing_vanishes_and_nothing_is_made_up(raw: bytes, noise: bytes) -> None:
    mail = read_mail(raw + noise)

    stripped = strip(mail, sent_text=_LETTER)

    _check(mail.text, stripped)
    written = re.sub(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", "", (raw + noise).decode("utf-8", "replace"))
    assert all(word in written for word in re.findall(r"[a-z]+", stripped.reply_text))


def test_large_mails_meant_to_be_slow_are_not() -> None:
    """A megabyte of each, a fifth by default; the limit is CPU time, and generous."""
    program = (
        "import resource, sys, json\n"
        "from newsletter.domain.read_mail import ReadMail\n"
        "from newsletter.replies.strip import strip\n"
        "for text, times in json.loads(sys.stdin.read()):\n"
        "    used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)\n"
        f"    resource.setrlimit(resource.RLIMIT_CPU, (used + {_SECONDS}, -1))\n"
        f"    whole = text * (times // {_SMALLER})\n"
        "    mail = ReadMail(text=whole, has_plain_text='<' not in text, html=whole)\n"
        f"    strip(mail, sent_text={_LETTER!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(_SLOW[::_EVERY]), text=True, check=False
    )

    assert done.returncode == 0


@pytest.mark.parametrize("text", ["", " \n", ">", "-- ", "Van:"])
def test_hardly_anything_is_no_trouble(text: str) -> None:
    assert strip(ReadMail(text=text, has_plain_text=True)).quote_text in ("", "Van:")
