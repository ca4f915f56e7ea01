"""Members as columns say what each member would, in whatever pages they come."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.audience import AudienceDigest
from newsletter.domain.campaign import Member
from newsletter.domain.frozen_values import FrozenValues
from newsletter.domain.member_columns import MemberColumns

NAMES = ("first_name", "organisation", 'odd"name')
TEXTS = st.text(max_size=6)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), max_size=5)
MEMBERS = st.lists(
    st.builds(
        Member,
        subscriber_id=st.integers(1, 99),
        email=st.from_regex(r"[a-z]{1,3}@b\.example", fullmatch=True),
        key=st.from_regex(r"[a-z]{1,3}@b\.example", fullmatch=True),
        values=st.dictionaries(st.sampled_from(NAMES), TEXTS),
        variant=st.sampled_from(["", "01", "10"]),
        zone=st.sampled_from(["", "Europe/Amsterdam"]),
        wave=st.integers(0, 2),
        lane=st.sampled_from(["", "b.example"]),
    ),
    max_size=8,
)


def digest(pages: list[MemberColumns]) -> str:
    found = AudienceDigest()
    for _ in found.watch(pages):
        pass
    return found.hexdigest()


@given(ROWS, st.integers(0, len(NAMES)))
def test_frozen_values_are_written_as_what_each_reader_has(rows: list[dict[str, str]], used: int) -> None:
    frozen = FrozenValues({name: [row[name] for row in rows] for name in NAMES[:used]}, len(rows))

    kept = [{name: row[name] for name in NAMES[:used] if row[name]} for row in rows]

    assert kept == list(frozen) == frozen[:]
    assert kept == [json.loads(text) for text in frozen.texts()]
    assert frozen.texts() == [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in kept]


@given(MEMBERS)
def test_columns_give_back_the_members_they_were_made_of(members: list[Member]) -> None:
    columns = MemberColumns.of(members)

    assert members == list(columns)
    assert members[::2] == list(columns.chosen(range(0, len(members), 2)))
    assert [json.loads(text) for text in columns.value_texts] == [one.values for one in members]


@given(MEMBERS, st.integers(1, 8))
def test_the_digest_of_an_audience_does_not_know_how_it_came(members: list[Member], size: int) -> None:
    pages = [MemberColumns.of(members[at : at + size]) for at in range(0, len(members), size)]

    assert digest(pages) == digest([MemberColumns.of([one]) for one in members])


@given(MEMBERS, MEMBERS)
def test_other_members_have_another_digest(ours: list[Member], theirs: list[Member]) -> None:
    def told(members: list[Member]) -> list[object]:
        return [(*one[:3], one.values, one.variant) for one in members]

    same = digest([*MemberColumns.pages(ours)]) == digest([*MemberColumns.pages(theirs)])

    assert same == (told(ours) == told(theirs) and _order(ours) == _order(theirs))


def _order(members: list[Member]) -> list[list[str]]:
    return [list(one.values) for one in members]
