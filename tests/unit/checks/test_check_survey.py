"""Every reader is merged, in one pass, and offenders are counted in full and named in short."""

from __future__ import annotations

import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.survey import Survey, survey_members
from newsletter.domain.campaign import Member
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText

LINKS = {"unsubscribe_url": "https://brief.example/unsubscribe/x"}
NAME = Slot(name="first_name")
FRIEND = Slot(name="first_name", fallback="lezer")
LEAVE = Hole(slot=Slot(name="unsubscribe_url"), context=SlotContext.URL)


def _hole(slot: Slot, context: SlotContext = SlotContext.TEXT) -> Hole:
    return Hole(slot=slot, context=context)


def _letter(*, text: tuple[str | Hole, ...], html: tuple[str | Hole, ...] = ("<p>Dag</p>",)) -> RenderedIssue:
    return RenderedIssue(
        slug="brief",
        lang="nl",
        subject=SlottedText.fixed("Kort nieuws"),
        preheader=SlottedText.fixed(""),
        html=SlottedText(html),
        text=SlottedText(text),
    )


def _member(number: int, **values: str) -> Member:
    email = f"lezer{number}@lezer.example"
    return Member(subscriber_id=number, email=email, key=email, values=values)


def _survey(rendered: RenderedIssue, *members: Member) -> Survey:
    return survey_members(members, rendered, LINKS, lambda _name, value: str(value).strip())


def test_all_who_lack_a_value_are_named_and_fifty_stand_in_the_text() -> None:
    survey = _survey(_letter(text=("Beste ", _hole(NAME), ",")), *(_member(n) for n in range(60)))

    offenders = survey.missing["first_name"]
    assert (offenders.count, len(set(offenders.names))) == (60, 60)
    assert str(offenders).count("@") == 50
    assert str(offenders).endswith("and 10 more")


def test_addresses_are_shortened() -> None:
    survey = _survey(_letter(text=("Beste ", _hole(NAME), ",")), _member(7))

    assert str(survey.missing["first_name"]) == "l…@lezer.example (#7)"


def test_a_fallback_speaks_for_who_has_no_value() -> None:
    survey = _survey(_letter(text=("Beste ", _hole(FRIEND), ",")), _member(1))

    assert (survey.missing, survey.literals) == ({}, {})


def test_the_same_slot_with_and_without_fallback_needs_a_value() -> None:
    survey = _survey(_letter(text=("Beste ", _hole(FRIEND), ", dag ", _hole(NAME), ".")), _member(1))

    assert list(survey.missing) == ["first_name"]


def test_a_value_with_merge_code_is_found_without_showing_it() -> None:
    rendered = _letter(text=("Beste ", _hole(FRIEND), ","))

    survey = _survey(rendered, _member(1, first_name="{{ geheim }}"), _member(2, first_name="Bob"))

    assert [(k.part, k.excerpt, v.count) for k, v in survey.literals.items()] == [("text", "{{", 1)]


def test_an_empty_slot_between_words_is_no_gap() -> None:
    empty = Slot(name="first_name", fallback="")

    survey = _survey(_letter(text=("Dag", _hole(empty), " lezer")), _member(1))

    assert survey.literals == {}


def test_the_longest_merge_counts_escaped_bytes() -> None:
    html = ("<p>", _hole(FRIEND, SlotContext.HTML), "</p><a href='", LEAVE, "'>weg</a>")
    rendered = _letter(text=("Dag",), html=html)

    survey = _survey(rendered, _member(1, first_name="Bo"), _member(2, first_name="é&"))

    assert len(rendered.html.fill({**LINKS, "first_name": "é&"}).encode()) == survey.html_bytes


@given(st.lists(st.dictionaries(st.just("first_name"), st.text(max_size=30)), min_size=1, max_size=20))
def test_the_survey_agrees_with_merging_each_reader_whole(rows: list[dict[str, str]]) -> None:
    html = ("<p>", _hole(NAME, SlotContext.HTML), "</p>")
    rendered = _letter(text=("Beste ", _hole(NAME), ","), html=html)
    members = [_member(number, **row) for number, row in enumerate(rows)]

    survey = _survey(rendered, *members)

    stripped = [{name: value.strip() for name, value in row.items()} for row in rows]
    lacking = [row for row in stripped if not row.get("first_name")]
    assert len(rows) == survey.readers
    assert len(lacking) == (survey.missing["first_name"].count if lacking else 0)
    assert max(len(rendered.html.fill(row).encode()) for row in stripped) == survey.html_bytes


def test_fifty_thousand_readers_take_less_than_half_a_second() -> None:
    rendered = _letter(text=("Beste ", _hole(FRIEND), ", dag ", _hole(Slot(name="role", fallback="x")), "."))

    def readers() -> Iterator[Member]:
        for number in range(50_000):
            yield _member(number, first_name=f"Naam {number % 4000}", role=f"rol {number % 7}")

    members = list(readers())
    start = time.process_time()
    survey = survey_members(members, rendered, LINKS, lambda _name, value: str(value).strip())

    assert survey.readers == 50_000
    assert time.process_time() - start < 2  # 0.3 s measured; slack for a busy machine
