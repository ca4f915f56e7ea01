"""What simulated mail clients keep of a letter, and that no letter can break or misuse a simulation."""

from __future__ import annotations

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as reader

from newsletter.render.clients import LossKind, Simulated, Simulation, simulate

BASE = "https://letter.example/issues/one"
OWN = [f"{BASE}/a.png", f"{BASE}/b.png", f"{BASE}/a.webp"]


def letter(body: str, style: str = "") -> str:
    return f'<!DOCTYPE html><html><head><style>{style}</style></head><body class="body">{body}</body></html>'


def found(simulated: Simulated, kind: LossKind) -> dict[str, int]:
    return {loss.what: loss.count for loss in simulated.losses if loss.kind is kind}


# --- Gmail -------------------------------------------------------------------------------------------


def test_gmail_keeps_widths_and_drops_dark_mode_and_attribute_selectors() -> None:
    style = (
        "@media (max-width: 480px) { .a { width: 100% !important } }"
        "@media (prefers-color-scheme: dark) { .a { color: #fff } }"
        "[data-ogsc] .a { color: #eee }"
    )

    shown = simulate(letter('<p class="a">x</p>', style), Simulation.GMAIL)

    assert "max-width: 480px" in shown.html
    assert "prefers-color-scheme" not in shown.html
    assert "data-ogsc" not in shown.html
    assert found(shown, LossKind.AT_RULE) == {"@media (prefers-color-scheme: dark)": 1}
    assert found(shown, LossKind.SELECTOR) == {"[data-ogsc]": 1}


def test_gmail_drops_properties_it_does_not_know_and_keeps_the_others() -> None:
    shown = simulate(letter('<p style="position:absolute;border-radius:4px">x</p>'), Simulation.GMAIL)

    assert 'style="border-radius:4px"' in shown.html
    assert found(shown, LossKind.PROPERTY) == {"position": 1}


def test_gmail_drops_a_style_sheet_beyond_16_kb_whole() -> None:
    shown = simulate(letter("x", ".a { color: red }" * 1000), Simulation.GMAIL)

    assert "color: red" not in shown.html
    assert len(found(shown, LossKind.LONG_STYLES)) == 1


def test_gmail_drops_a_style_sheet_with_an_at_rule_inside_another_whole() -> None:
    style = ".a { color: red } @media screen { @media (max-width: 9px) { .b { color: blue } } }"

    shown = simulate(letter("x", style), Simulation.GMAIL)

    assert "<style>" not in shown.html
    assert len(found(shown, LossKind.NESTED_STYLES)) == 1


def test_gmail_reads_no_style_in_the_body() -> None:
    shown = simulate(letter("<style>.a { color: red }</style>x"), Simulation.GMAIL)

    assert "color: red" not in shown.html


def test_gmail_turns_the_body_into_a_div_behind_a_u() -> None:
    shown = simulate(letter("<p>x</p>", "u + .body p { color: red }"), Simulation.GMAIL)

    assert '<u></u><div class="body"><p>x</p></div>' in shown.html
    assert "u + .body p" in shown.html


def test_gmail_cuts_near_102_kb_and_says_what_is_lost() -> None:
    rest = '<p>Hartelijke groeten</p><a href="https://letter.example/leave">Leave</a>'

    shown = simulate(letter("<p>" + "a" * 102_200 + "</p>" + "<p>tekst</p>" * 20 + rest), Simulation.GMAIL)

    assert "[Message clipped]" in shown.html
    assert "Hartelijke groeten" not in shown.html
    assert "<style>" not in shown.html
    assert any("Hartelijke groeten" in words for words in found(shown, LossKind.CLIPPED))
    assert found(shown, LossKind.LOST_LINK) == {"Leave (https://letter.example/leave)": 1}


def test_gmail_cuts_no_character_and_no_tag_in_two() -> None:
    for shift in range(12):
        shown = simulate(letter("x" * (102_270 + shift) + 'ë<b title="é">é</b>ë' * 30), Simulation.GMAIL)

        assert "�" not in shown.html
        assert "<b titl" not in shown.html.replace('<b title="é">', "")


def test_gmail_shows_a_letter_of_ordinary_size_whole() -> None:
    assert not found(simulate(letter("<p>x</p>" * 5000), Simulation.GMAIL), LossKind.CLIPPED)


def test_gmail_with_a_foreign_account_has_no_style_sheets_and_keeps_inline_styles() -> None:
    shown = simulate(
        letter('<p class="a" style="color:#333">x</p>', ".a{color:red}"), Simulation.GMAIL_NON_GOOGLE
    )

    assert "<style>" not in shown.html
    assert 'style="color:#333"' in shown.html
    assert found(shown, LossKind.STYLES) == {"<style>": 1}


# --- classic Outlook ---------------------------------------------------------------------------------


def test_outlook_reads_its_conditional_comments() -> None:
    opening, closing = (
        "<!--[if mso]><table width='600'><tr><td><![endif]-->",
        "</td></tr></table><![endif]-->",
    )
    body = f"{opening}<p>x</p><!--[if mso]>{closing}"

    shown = simulate(letter(body), Simulation.OUTLOOK_CLASSIC)

    assert '<table width="600">' in shown.html


@pytest.mark.parametrize(
    ("element", "kept"),
    [
        ('<div style="border-radius:8px;color:red">x</div>', "color:red"),
        ('<div style="max-width:600px;color:red">x</div>', "color:red"),
        ('<table style="max-width:600px"></table>', "max-width:600px"),
        ('<p style="padding:9px;color:red">x</p>', "color:red"),
        ('<table><td style="padding:9px">x</td></table>', "padding:9px"),
        (
            '<div style="background:#fff url(https://letter.example/issues/one/a.png)">x</div>',
            "background-color:#fff",
        ),
        ('<div style="display:flex;color:red">x</div>', "color:red"),
        ('<p style="margin:0 auto;color:red">x</p>', "color:red"),
        ('<p style="color:red !important;margin:4px">x</p>', "margin:4px"),
        ('<p style="color:rgba(0,0,0,.5);margin:4px">x</p>', "margin:4px"),
        ('<p style="font-size:2rem;margin:4px">x</p>', "margin:4px"),
        ('<table><td style="mso-padding-alt:10px 25px">x</td></table>', "padding:10px 25px"),
    ],
)
def test_outlook_keeps_of_a_style_what_word_knows(element: str, kept: str) -> None:
    shown = simulate(letter(element), Simulation.OUTLOOK_CLASSIC, own=OWN)

    styles = [one.get("style") for one in reader.fromstring(shown.html).iter("*") if one.get("style")]
    assert [kept] == styles


def test_outlook_reads_no_media_queries() -> None:
    shown = simulate(
        letter("x", "@media (max-width:9px) { .a { color: red } } .b { color: blue }"),
        Simulation.OUTLOOK_CLASSIC,
    )

    assert "@media" not in shown.html
    assert "blue" in shown.html


def test_outlook_shows_no_webp_but_its_text() -> None:
    shown = simulate(
        letter(f'<img src="{BASE}/a.webp" alt="Kaart" width="40" height="30">'),
        Simulation.OUTLOOK_CLASSIC,
        own=OWN,
    )

    assert "<img" not in shown.html
    assert ">Kaart</span>" in shown.html
    assert found(shown, LossKind.PICTURE) == {"a.webp": 1}


def test_outlook_takes_a_width_in_percent_of_the_file() -> None:
    shown = simulate(letter(f'<img src="{BASE}/a.png" width="100%">'), Simulation.OUTLOOK_CLASSIC, own=OWN)

    assert "100%" not in shown.html
    assert found(shown, LossKind.PICTURE_SIZE) == {"width: 100%": 1}


def test_outlook_unwraps_shapes_it_would_draw_and_this_cannot() -> None:
    body = '<!--[if mso]><v:rect fill="true"><v:textbox><p>In</p></v:textbox></v:rect><![endif]-->'

    shown = simulate(letter(body), Simulation.OUTLOOK_CLASSIC)

    assert "<p>In</p>" in shown.html
    assert "v:" not in shown.html


# --- pictures off ------------------------------------------------------------------------------------


def test_a_picture_that_is_off_leaves_a_box_of_its_size_with_its_text() -> None:
    image = f'<img src="{BASE}/a.png" alt="Een kaart" width="300" height="200" style="color:#333">'

    shown = simulate(letter(image), Simulation.IMAGES_OFF, own=OWN)

    box = reader.fromstring(shown.html).find(".//span")
    assert box is not None
    assert (box.get("role"), box.get("aria-label"), box.text) == ("img", "Een kaart", "Een kaart")
    for words in ("width:300px", "height:200px", "color:#333"):
        assert words in box.get("style", "")
    assert found(shown, LossKind.PICTURES_OFF) == {"Een kaart": 1}


def test_a_picture_without_text_is_counted_as_mute() -> None:
    shown = simulate(letter(f'<img src="{BASE}/b.png" alt="">'), Simulation.IMAGES_OFF, own=OWN)

    assert found(shown, LossKind.MUTE_PICTURE) == {"b.png": 1}


# --- forced dark -------------------------------------------------------------------------------------


def test_gmail_s_app_turns_every_colour() -> None:
    body = '<div style="background-color:#ffffff;color:#000000">a</div><div bgcolor="#000000">b</div>'

    shown = simulate(letter(body), Simulation.GMAIL_DARK)

    assert "background-color:#121212" in shown.html
    assert "color:#ebebeb" in shown.html
    assert 'bgcolor="#ebebeb"' in shown.html


def test_outlook_s_app_leaves_dark_parts_and_lets_the_letter_answer() -> None:
    body = '<div style="background-color:#222222;color:#eeeeee">a</div><p style="color:#111111">b</p>'

    shown = simulate(letter(body, "[data-ogsc] p { color: #fff }"), Simulation.OUTLOOK_DARK)

    assert "background-color:#222222;color:#eeeeee" in shown.html
    assert 'data-ogsc=""' in shown.html
    assert "[data-ogsc] p" in shown.html


# --- any letter --------------------------------------------------------------------------------------


def test_losses_name_the_lines_of_the_issue() -> None:
    fixed = 'style="position:fixed"'
    body = f'<p data-line="7" {fixed}>x</p><div class="line-9 cta"><a {fixed}>y</a></div>'

    shown = simulate(letter(body), Simulation.GMAIL)

    assert [(loss.what, loss.count, loss.lines) for loss in shown.losses] == [("position", 2, (7, 9))]


_PIECES = [
    *(
        "<p>",
        "</p>",
        "<div style='",
        "<img src=",
        "<style>",
        "</style>",
        "<script>alert(1)</script>",
        "<table><td>",
    ),
    *(
        "color:red",
        "url(https://evil.example/x)",
        "ur\\6c(https://evil.example/x)",
        "@import 'https://evil.example';",
    ),
    *(
        "@media screen{",
        "}",
        "'>",
        '"',
        "https://evil.example/a.png",
        f"{BASE}/a.png",
        " onerror=alert(1)",
        "&#1;",
        "\0",
    ),
    *(
        "<svg><image href='https://evil.example'/></svg>",
        "<a href='javascript:alert(1)'>",
        "<base href=//evil.example>",
    ),
    *(
        "<!--[if mso]>",
        "<![endif]-->",
        "<v:rect>",
        "<iframe src=//evil.example>",
        "é",
        "\ud800",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<link rel=stylesheet href=//evil.example>",
    ),
    *(
        "content:'\\3c/style><script>alert(1)</script>'",
        ".a{",
        "<noscript>",
        "<video src=//evil.example poster=x>",
    ),
]


def loaded(css: str) -> list[str]:
    """Return what a style sheet or attribute loads from elsewhere, as its tokens say."""
    found = [
        node.at_keyword
        for node in tinycss2.parse_stylesheet(css)
        if node.type == "at-rule" and node.lower_at_keyword == "import"
    ]
    waiting = list(tinycss2.parse_component_value_list(css))
    while waiting:
        token = waiting.pop()
        inside = getattr(token, "content", None) or getattr(token, "arguments", None) or []
        waiting += inside
        is_call = token.type == "function" and token.lower_name in ("url", "image-set")
        addresses = (
            [token] if token.type == "url" else [one for one in inside if one.type == "string"] * is_call
        )
        found += [one.value for one in addresses if one.value not in OWN]
    return found


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=25).map("".join))
def test_no_html_breaks_a_simulation_runs_script_or_loads_from_elsewhere(text: str) -> None:
    for simulation in Simulation:
        shown = simulate(text, simulation, own=OWN).html
        again = reader.document_fromstring(shown.encode("utf-8", "replace"))

        for element in again.iter("*"):
            assert element.tag not in ("script", "iframe", "link", "base", "image", "object", "embed")
            assert element.tag != "meta" or element.get("http-equiv") is None
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                assert name not in ("src", "background", "poster", "srcset") or value in OWN
                assert not value.lower().startswith("javascript:")
                assert name != "style" or not loaded(value)
            assert element.tag != "style" or not loaded(element.text or "")


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "<!-- -->", "<div>" * 5_000, "<b>" * 20_000, "x" * 1_000_000, "<" * 50_000]
)
def test_hostile_sizes_are_read_too(text: str) -> None:
    for simulation in Simulation:
        assert simulate(text, simulation).html.startswith("<!DOCTYPE html>")
