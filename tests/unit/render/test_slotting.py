"""Tokens become holes that know where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.slots import make_token
from newsletter.domain.slot import Slot, SlotContext
from newsletter.errors import ContentError
from newsletter.render.slotting import slot_html, slot_text
from newsletter.source import Place

NAME = make_token("first_name", "lezer")
LINK = make_token("unsubscribe_url", None)
SLOTS = {
    NAME: Slot(name="first_name", fallback="lezer", place=Place(path="i.md", line=9)),
    LINK: Slot(name="unsubscribe_url", place=Place(path="i.md", line=10)),
}


@pytest.mark.parametrize(
    ("html", "context"),
    [
        (f"<p>Beste {NAME},</p>", SlotContext.HTML),
        (f"<title>{NAME}</title>", SlotContext.HTML),
        (f'<a href="https://x.nl/?n={NAME}">x</a>', SlotContext.URL),
        (f'<a title="a>b" href="{LINK}">x</a>', SlotContext.URL),
        (f'<img src="https://x.nl/{NAME}.png" width="1">', SlotContext.URL),
        (f"<img alt='{NAME}'>", SlotContext.ATTRIBUTE),
        (f'<td background="https://x.nl/{NAME}">', SlotContext.URL),
        (f'<!--[if mso]><v:rect href="https://x.nl/{NAME}"><![endif]-->', SlotContext.URL),
        (f"<!--[if mso | IE]><td>{NAME}</td><![endif]-->", SlotContext.HTML),
        (f"<!--[if !mso]><!--><p>{NAME}</p><!--<![endif]-->", SlotContext.HTML),
        (f"<style>p > a {{ }}</style><p title='<' class=x>{NAME.upper()}</p>", SlotContext.HTML),
    ],
)
def test_each_place_has_its_context(html: str, context: SlotContext) -> None:
    result = slot_html(html, SLOTS)

    assert [context] == [hole.context for hole in result.holes()]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<style>p {{ color: {NAME} }}</style>", "{{ first_name }} stands in a style sheet"),
        (f"<!-- {NAME} -->", "{{ first_name }} stands in a comment"),
        (f"<p style='color:{NAME}'>", "{{ first_name }} stands in a style attribute"),
        (f"<p onclick='{NAME}'>", "{{ first_name }} stands in a onclick attribute"),
        (f"<p {NAME}='x'>", "stands in the name of a tag or attribute"),
        (f'<a href="{NAME}">', "the link starts with {{ first_name }}"),
        (f'<a href="https://x.nl/{LINK}">', "{{ unsubscribe_url }} stands inside another address"),
        ("<p>nlph00000000q</p>", "looks like the mark of a slot"),
    ],
)
def test_a_slot_where_no_value_is_safe_is_refused(html: str, expected: str) -> None:
    with pytest.raises(ContentError) as caught:
        slot_html(html, SLOTS)

    assert expected in str(caught.value)


def test_the_refusal_names_where_the_slot_was_written() -> None:
    with pytest.raises(ContentError) as caught:
        slot_html(f"<!-- {NAME} --><style>{LINK}</style>", SLOTS)

    assert [str(problem.place) for problem in caught.value.problems] == ["i.md:9", "i.md:10"]


PIECES = st.lists(
    st.sampled_from(
        [
            NAME,
            LINK,
            "<p>",
            "</p>",
            "<a href='https://x.nl/",
            "'>",
            "<!--[if mso]>",
            "<![endif]-->",
            "é",
            '<img alt="',
            '">',
        ]
    ),
    max_size=25,
).map("".join)


@given(PIECES)
def test_nothing_is_lost_or_left_over(html: str) -> None:
    try:
        result = slot_html(html, SLOTS)
    except ContentError:
        return

    again = "".join(
        part if isinstance(part, str) else make_token(part.slot.name, part.slot.fallback)
        for part in result.parts
    )
    assert html == again
    assert all("nlph" not in part for part in result.parts if isinstance(part, str))


def test_an_address_in_plain_text_is_percent_encoded() -> None:
    result = slot_text(f"{NAME} (https://x.nl/?n={NAME}&m=1) {LINK}", SLOTS, SlotContext.TEXT)

    filled = result.fill({"first_name": "Jan & Żo", "unsubscribe_url": "https://x.nl/?a=1&b=2"})

    assert filled == "Jan & Żo (https://x.nl/?n=Jan%20%26%20%C5%BBo&m=1) https://x.nl/?a=1&b=2"


def test_text_has_one_context() -> None:
    result = slot_text(f"{NAME}, {LINK}", SLOTS, SlotContext.HEADER)

    assert [hole.context for hole in result.holes()] == [SlotContext.HEADER] * 2
    assert result.fill({"first_name": "Jan", "unsubscribe_url": "https://x.nl"}) == "Jan, https://x.nl"
