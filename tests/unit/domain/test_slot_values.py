"""A reader's value, escaped for where it lands."""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText, fill_hole

NAME = Slot(name="first_name", fallback="reader")


def _fill(context: SlotContext, value: str | None) -> str:
    return fill_hole(Hole(slot=NAME, context=context), {} if value is None else {"first_name": value})


@given(st.text())
def test_html_holds_the_value_and_no_markup(value: str) -> None:
    filled = _fill(SlotContext.HTML, value)

    assert not set(filled) & set("<>\"'")
    assert unescape(filled) == (value or "reader")


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=("Cs",))))
def test_a_field_in_a_link_is_percent_encoded(value: str) -> None:
    filled = _fill(SlotContext.URL, value)

    assert filled.isascii()
    assert not set(filled) & set(" <>\"'/?#")
    assert value == unquote(unescape(filled))


@given(st.text())
def test_a_header_never_gets_a_line_break(value: str) -> None:
    filled = _fill(SlotContext.HEADER, value)

    assert not set(filled) & set("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def test_the_fallback_speaks_for_a_missing_and_for_an_empty_value() -> None:
    assert ["reader", "reader"] == [_fill(SlotContext.TEXT, None), _fill(SlotContext.TEXT, "")]


def test_a_whole_link_is_kept_and_only_escaped() -> None:
    hole = Hole(slot=Slot(name="unsubscribe_url"), context=SlotContext.URL)

    assert "https://x.example/u/a.b?c=1&amp;d=2" == fill_hole(
        hole, {"unsubscribe_url": "https://x.example/u/a.b?c=1&d=2"}
    )


def test_filling_keeps_the_fixed_text_in_its_place() -> None:
    text = SlottedText(("Dear ", Hole(slot=NAME, context=SlotContext.TEXT), ","))

    assert ("Dear Zoë,", "Dear {{ first_name }},") == (text.fill({"first_name": "Zoë"}), text.shape())
