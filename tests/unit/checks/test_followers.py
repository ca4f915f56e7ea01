"""What follows readers is found however it is written, and any HTML is looked at without a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.followers import FollowerKind, find_followers
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText


def kinds(html: str) -> list[FollowerKind]:
    return [one.kind for one in find_followers(SlottedText.fixed(html))]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<img src="https://a.example/x.gif" width="1" height="1">', FollowerKind.TINY),
        ('<img src="https://a.example/x.gif" height=0>', FollowerKind.TINY),
        ('<img src="http://a.example/x.gif" style="WIDTH: 1PX !important">', FollowerKind.TINY),
        ('<img src="//a.example/x.gif" style="color:red;max-height:0">', FollowerKind.TINY),
        ('<td background="https://pixel.wp.com/g.gif?x">x</td>', FollowerKind.COUNTER),
        ('<img srcset="https://www.facebook.com/tr?id=1 2x" src="a.png">', FollowerKind.COUNTER),
        ("<style>@import 'https://www.googletagmanager.com/a.css';</style>", FollowerKind.COUNTER),
    ],
)
def test_a_follower_is_found(html: str, kind: FollowerKind) -> None:
    assert kinds(f"<html><body>{html}</body></html>") == [kind]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://a.example/x.gif" width="100" height="10">',
        '<img src="cid:logo" width="1">',
        '<img src="data:image/gif;base64,AAAA" width="1">',
        '<img src="https://a.example/x.gif" style="max-width:100%;line-height:1">',
        '<a href="https://www.facebook.com/tr">x</a>',
        '<img src="https://www.facebook.com/groups/x.png" width="100">',
        '<img src="https://notpixel.wp.com.example/x.png" width="100">',
        '<img src="https://[broken" width="1">',
    ],
)
def test_what_follows_nobody_is_left_alone(html: str) -> None:
    assert kinds(f"<html><body>{html}</body></html>") == []


def test_a_picture_of_each_readers_own_is_found_wherever_the_hole_is() -> None:
    hole = Hole(slot=Slot(name="first_name"), context=SlotContext.URL)
    letter = SlottedText(('<p>Dag</p><img src="https://a.example/?r=', hole, '" width="300">'))

    assert [(one.kind, one.url) for one in find_followers(letter)] == [
        (FollowerKind.OWN, "https://a.example/?r=…")
    ]


@given(st.text(max_size=200))
def test_any_text_is_looked_at_without_a_crash(text: str) -> None:
    list(find_followers(SlottedText.fixed(f"<html><body>{text}<img src='{text}' width=1></body></html>")))
