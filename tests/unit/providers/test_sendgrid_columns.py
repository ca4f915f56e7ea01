"""Columns of values are what one gets value by value."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.mailing import Recipient
from newsletter.domain.plain_texts import PlainTexts
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import Hole, Slot, SlotContext, fill_hole
from newsletter.providers.sendgrid.columns import SlotColumn, escape_value, json_strings
from newsletter.providers.sendgrid.tags import way_of

# Everything the quick ways could stumble over: the separator, its escape, quotes, spaces, other scripts.
VALUES = st.text(
    st.sampled_from("ab \t\n\x1f\\u001f\"'&<>%/é–👩\x7f\x00") | st.characters(codec="utf-8"), max_size=8
)
SLOTS = st.builds(Slot, name=st.sampled_from(["name", "unsubscribe_url"]), fallback=st.none() | VALUES)


@given(st.lists(VALUES | st.text("aZ0-._~:/", max_size=8), max_size=5))
def test_plain_texts_are_left_alone_by_every_escape(texts: list[str]) -> None:
    if PlainTexts.are(texts):
        assert [escape_value(one, way) for way in "tsh" for one in texts] == texts * 3
        assert [json.dumps(one)[1:-1] for one in texts] == texts
    else:
        assert any(not PlainTexts.are([one]) for one in texts)


@given(st.lists(VALUES, max_size=5))
def test_json_strings_read_back_as_the_texts(texts: list[str]) -> None:
    inside = json_strings(texts)

    assert [json.loads(f'"{one}"') for one in inside] == texts
    assert all(one.isascii() for one in inside)


@given(SLOTS, st.sampled_from(list(SlotContext)), st.lists(st.none() | VALUES, max_size=5))
def test_a_column_holds_what_filling_each_hole_gives(
    slot: Slot, context: SlotContext, values: list[str | None]
) -> None:
    hole = Hole(slot=slot, context=context)
    recipients = [
        Recipient(
            position=at,
            delivery_id="0" * 32,
            email="a@b.example",
            values={} if one is None else {slot.name: one},
        )
        for at, one in enumerate(values)
    ]

    written = SlotColumn(slot, RecipientColumns.of(recipients)).as_json(way_of(hole))
    column = [written] * len(recipients) if isinstance(written, str) else written

    filled = [fill_hole(hole, one.values) for one in recipients]
    assert [json.loads(f'"{one}"') for one in column] == filled
    assert [escape_value(slot.value(one.values), way_of(hole)) for one in recipients] == filled
