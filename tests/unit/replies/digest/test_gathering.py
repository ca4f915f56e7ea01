"""The digest of an issue, as values and as Markdown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.comments import strip_comments
from newsletter.domain.quote import QuoteConsent
from newsletter.replies.digest.digest import AnsweredIn, KeptWaiting
from newsletter.replies.digest.gathering import Letter, Surroundings, gather
from newsletter.replies.digest.markdown import as_comment, as_markdown
from newsletter.replies.digest.reply import AskedQuote, DigestReply

_DAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
_TEXTS = (
    "Hoi,\n\nBij ons noemt de persdienst op vrijdag één naam. Mag dat in het rooster?\n\nGroet, Jan",
    "Ons rooster hangt naast het koffieapparaat van de dijkgraaf.",
    "Waar staat het laatste besluit? Geen idee.",
)


def _reply(number: int, text: str, **more: object) -> DigestReply:
    at = _DAY + timedelta(days=number)
    values = {"reader": number, "kind": "gemeente", "name": f"Lezer {number}", "quote_text": text} | more
    return DigestReply(number=number, at=at, text=text, **values)  # type: ignore[arg-type]  # made by hand


def _around(lang: str = "nl", **more: object) -> Surroundings:
    letter = Letter(slug="woo", body="**Waar staat het laatste besluit?**\n\nOver koffie.", lang="nl")
    values = {"mailed": 40, "letters": (letter,)} | more
    return Surroundings(issue="woo", subject="Appgroepen", lang=lang, **values)  # type: ignore[arg-type]


_REPLIES = tuple(_reply(number, text) for number, text in enumerate(_TEXTS, 1))


def test_questions_themes_and_lines_say_from_which_reply_they_are() -> None:
    digest = gather(_REPLIES, _around())

    assert [(1, "Mag dat in het rooster?")] == [(one.reply, one.text) for one in digest.questions]
    assert [("rooster", (1, 2))] == [(one.words, one.replies) for one in digest.themes]
    assert [1, 2] == [one.reply for one in digest.quotes]


def test_what_one_reader_asks_stands_on_one_line() -> None:
    shown = as_markdown(gather([_reply(1, "Mag dat in Signal? Weet jij dat? Ik niet.")], _around()))

    assert "- [1] Mag dat in Signal? Weet jij dat?\n" in shown


def test_readers_are_counted_once_and_people_not_on_the_list_apart() -> None:
    replies = (*_REPLIES, _reply(4, "Nog iets.", reader=1), _reply(5, "Ik las mee.", reader=None))

    digest = gather(replies, _around())

    assert (3, 1, (1, 2, 3, 4, 5)) == (digest.readers, digest.strangers, digest.numbers)


def test_what_one_reader_writes_in_two_mails_is_no_theme() -> None:
    replies = [_reply(number, "Ons rooster hangt er.", reader=7) for number in (1, 2)]
    strangers = [_reply(number, "Ons rooster hangt er.", reader=None) for number in (1, 2)]

    assert () == gather(replies, _around()).themes
    assert ["rooster hangt"] == [one.words for one in gather(strangers, _around()).themes]


def test_names_stand_in_it_only_when_asked_for() -> None:
    shut, opened = (gather(_REPLIES, _around(), with_names=wish) for wish in (False, True))

    assert "Lezer" not in as_markdown(shut)
    assert "[1] Lezer 1, gemeente" in as_markdown(opened)


def test_words_set_aside_are_shown_with_what_their_reader_said() -> None:
    quote = AskedQuote(name="17", excerpt="Op vrijdag één naam.", consent=QuoteConsent.NAMED)

    shown = as_markdown(gather([_reply(1, _TEXTS[0], quotes=(quote,))], _around()))

    assert "[1] “Op vrijdag één naam.” (mag, met naam: ::: reader 17)" in shown


def test_promises_and_the_letters_a_reply_led_to_are_listed() -> None:
    promise = KeptWaiting(words="Volgende keer meer.", path="issues/a.md", line=7, slug="a")
    answered = AnsweredIn(reply=2, slug="b", path="issues/b.md", is_quoted=False)
    of_others = AnsweredIn(reply=99, slug="b", path="issues/b.md", is_quoted=True)

    shown = as_markdown(gather(_REPLIES, _around(promises=(promise,), answered=(answered, of_others))))

    assert "“Volgende keer meer.” (issues/a.md:7)" in shown
    assert "[2] beantwoord in issues/b.md" in shown
    assert "[99]" not in shown


def test_a_letter_nobody_answered_says_so() -> None:
    assert "There are no replies to this letter yet." in as_markdown(gather([], _around("en")))


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("nl", "3 antwoorden van 3 lezers tussen 26 november 2026 en 28 november 2026."),
        ("en", "3 replies from 3 readers between 26 November 2026 and 28 November 2026."),
    ],
)
def test_the_first_lines_tell_how_many_answered_and_when(lang: str, line: str) -> None:
    shown = as_markdown(gather(_REPLIES, _around(lang))).splitlines()

    assert line == shown[2]
    assert "7,5 %" in shown[3] or "7.5%" in shown[3]


@given(text=st.text(st.sampled_from("<!->a?. \n`*#"), max_size=200))
def test_nothing_a_reader_writes_comes_out_of_the_comment_in_a_draft(text: str) -> None:
    shown = as_comment(
        as_markdown(gather([_reply(1, f"{text}\nMag dat <!-- newsletter-ignore-next ?")], _around()))
    )

    kept, unclosed = strip_comments(f"{shown}\nBeste lezer,")

    assert ("Beste lezer,", None) == (kept.strip(), unclosed)
    assert shown.count("<!--") == 1
