"""The chain of consent: whatever is changed, taken out, put in or cut off, it shows, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.consent import ChainFault, commit, find_faults, hash_event, link
from newsletter.audience.consent_roll import find_on_page, make_pages, roll_digest, statement_digest
from newsletter.domain.consent import ConsentEvent, ConsentKind, NewConsent, PersonalPart, Wording
from newsletter.domain.person_hash import person_hash

THEN = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
WORDING = Wording(name="confirm.nl", lang="nl", text="Ja, stuur mij de brief.")
KEY = b"k" * 32


def _personal(number: int) -> PersonalPart:
    return PersonalPart(salt=f"{number:032x}", email=f"reader{number}@brief.example", source="form")


def _chain(length: int) -> list[ConsentEvent]:
    events: list[ConsentEvent] = []
    for number in range(length):
        new = NewConsent(
            kind=ConsentKind.CONFIRMED,
            at=THEN + timedelta(hours=number),
            purpose="De brief",
            email_hmac=f"{number:032x}",
            subscriber_id=number,
            wording=WORDING,
            personal=_personal(number),
        )
        events.append(link(new, events[-1] if events else None))
    return events


def _faults(
    events: Sequence[ConsentEvent],
    *,
    personal: dict[int, str] | None = None,
    heads: dict[int, str] | None = None,
) -> list[ChainFault]:
    if personal is None:
        personal = {event.id: commit(_personal(event.id - 1)) for event in events}
    return list(
        find_faults(
            events,
            personal=personal,
            wordings={WORDING.digest: WORDING.digest},
            rolls={},
            heads=heads or {},
        )
    )


def test_a_chain_as_it_was_written_is_whole() -> None:
    assert _faults(_chain(5)) == []
    assert _faults([]) == []


@given(st.integers(0, 4), st.sampled_from(["kind", "purpose", "email_hmac", "at", "wording_digest", "hash"]))
def test_a_change_in_any_event_shows_at_that_event(place: int, what: str) -> None:
    events = _chain(5)
    changes: dict[str, object] = {
        "kind": ConsentKind.REQUESTED,
        "purpose": "Iets anders",
        "email_hmac": "f" * 32,
        "at": THEN - timedelta(days=1),
        "wording_digest": "0" * 64,
        "hash": "0" * 64,
    }
    events[place] = replace(events[place], **{what: changes[what]})  # type: ignore[arg-type]

    assert _faults(events)[0].event_id == place + 1


@given(st.integers(0, 3))
def test_a_changed_event_hashed_anew_shows_at_the_next(place: int) -> None:
    events = _chain(5)
    forged = replace(events[place], purpose="Iets anders")
    events[place] = replace(forged, hash=hash_event(forged))

    assert _faults(events)[0].event_id == place + 2


@given(st.integers(0, 3))
def test_an_event_taken_out_shows_at_the_one_behind_it(place: int) -> None:
    events = _chain(5)
    del events[place]

    assert _faults(events)[0].event_id == place + 2


def test_an_end_that_was_cut_off_shows_by_the_head_kept_elsewhere() -> None:
    events = _chain(5)
    heads = {3: events[2].hash, 5: events[4].hash}

    assert _faults(events, heads=heads) == []
    assert [fault.event_id for fault in _faults(events[:3], heads=heads)] == [5]


def test_a_chain_made_anew_shows_by_the_head_kept_elsewhere() -> None:
    forged = replace(_chain(3)[2], purpose="Iets anders")
    events = [*_chain(2), replace(forged, hash=hash_event(forged))]

    assert [fault.event_id for fault in _faults(events, heads={3: _chain(3)[2].hash})] == [3]


def test_a_person_who_was_changed_or_wiped_without_being_forgotten_shows() -> None:
    events = _chain(3)
    personal = {event.id: commit(_personal(event.id - 1)) for event in events}

    assert [one.event_id for one in _faults(events, personal=personal | {2: "0" * 64})] == [2]
    assert [one.event_id for one in _faults(events, personal={1: personal[1], 2: personal[2]})] == [3]


def test_a_chain_is_whole_after_somebody_was_forgotten() -> None:
    events = _chain(3)
    gone = NewConsent(kind=ConsentKind.FORGOTTEN, at=THEN, purpose="*", email_hmac=events[1].email_hmac)
    events.append(link(gone, events[-1]))
    personal = {number: commit(_personal(number - 1)) for number in (1, 3)}

    assert _faults(events, personal=personal) == []


def test_a_wording_that_was_changed_shows() -> None:
    events = _chain(1)

    found = find_faults(
        events,
        personal={1: commit(_personal(0))},
        wordings={WORDING.digest: "0" * 64},
        rolls={},
        heads={},
    )

    assert [fault.event_id for fault in found] == [1]


@given(st.sets(st.integers(0, 10**6), max_size=60))
def test_everybody_on_a_roll_is_found_with_what_the_file_said_and_nobody_else(numbers: set[int]) -> None:
    pages = make_pages(KEY, [(f"r{number}@brief.example", "beurs", str(number % 3)) for number in numbers])

    for number in numbers:
        hashed = person_hash(KEY, f"r{number}@brief.example")
        found = find_on_page(pages[0], hashed)
        assert found is not None
        assert found.statement == statement_digest("beurs", str(number % 3)).hex()
    stranger = person_hash(KEY, "nobody@brief.example")
    assert [page for page in pages if find_on_page(page, stranger)] == []


def test_a_roll_has_one_digest_however_the_file_was_sorted_and_another_when_it_is_changed() -> None:
    people = [(f"r{number}@brief.example", "beurs", "") for number in range(10_000)]
    pages = make_pages(KEY, people)

    assert len(pages) == 3
    assert roll_digest(make_pages(KEY, reversed(people))) == roll_digest(pages)
    assert roll_digest([pages[0][:-1] + b"\0", *pages[1:]]) != roll_digest(pages)
