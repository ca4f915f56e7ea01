from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.document import Document
from newsletter.render.plain_text import WIDTH, to_text
from newsletter.render.plain_text_wrap import pad, text_width, wrap


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("# Kop\n\n## Eén *twee*\n\na", "Kop\n===\n\nEén twee\n--------\n\na"),
        ("*a* **b** `c  d`", "a b c  d"),
        ("~~a~~ b", "~~a~~ b"),
        (
            "een lange regel van zeker meer dan veertig\ntekens",
            "een lange regel van zeker meer dan veertig tekens",
        ),
        ("a  \nb", "a\nb"),
        ("Groet,\nRenata", "Groet,\nRenata"),
        ("- a\n- b\n  - c\n    d", "- a\n- b\n  - c d"),
        ("- a\n\n  b\n\n- c", "- a\n\n  b\n\n- c"),
        ("9. a\n10. b", " 9. a\n10. b"),
        ("> a\n>\n> > b", "> a\n>\n> > b"),
        ("```\na\n\n\tb\n```", "    a\n\n        b"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("[a](https://x.nl/b)", "a (https://x.nl/b)"),
        ("[x.nl](https://x.nl/)", "https://x.nl/"),
        ("<https://x.nl>", "https://x.nl"),
        ("<renata@x.nl>", "renata@x.nl"),
        ("[*a* b](mailto:c@x.nl)", "a b (mailto:c@x.nl)"),
        ("[![a](klein.png)](https://x.nl)", "[a] (https://x.nl)"),
        ("a ![](klein.png)b", "a b"),
        ("::: button https://x.nl/a\nLees *meer*\n:::", "→ Lees meer\nhttps://x.nl/a"),
        ("::: question\na\n:::", "------------------------\na\n------------------------"),
        ("::: columns\n::: column\na\n:::\n::: column\nb\n:::\n:::", "a\n\nb"),
        ("::: signature\na\nb\n:::", "a\nb"),
        (
            "a[^x]\n\n[^x]: - b\n    - c\n\n        d",
            "a[1]\n\nBronnen\n-------\n\n[1] - b\n\n    - c\n\n      d",
        ),
        ("a[^x]\n\n---\n\n[^x]: b\n\n    c", "a[1]\n\nBronnen\n-------\n\n[1] b\n\n    c"),
        (
            "[a][b] en [c][b].\n\n[b]: https://x.nl \"Wie, 'wat'\"",
            "a (https://x.nl)[1] en c (https://x.nl)[1].\n\nBronnen\n-------\n\n[1] Wie, ‘wat’ (https://x.nl)",
        ),
        ("> zin\n> -- Jan, Zwolle", "> zin\n> — Jan, Zwolle"),
        ("> zin\n>\n> — *Jan*", "> zin\n> — Jan"),
        ("> — Jan", "> — Jan"),
        ("> zin\n> —", "> zin —"),
        ("a[^x] b[^y]\n\n[^y]: c\n[^x]: d", "a[1] b[2]\n\nBronnen\n-------\n\n[1] d\n[2] c"),
        ("| a | bb |\n|--:|:-:|\n| ccc | d |", "  a  bb\n---  --\nccc  d"),
        ("| a | b |\n|---|---|\n| 你好 | c |", "a     b\n----  -\n你好  c"),
        ("soft\u00adhyphen a\u00a0b", "softhyphen a b"),
    ],
)
def test_each_block_has_its_form(parse: Callable[..., Document], body: str, text: str):
    assert to_text(parse(body)) == text + "\n"


def test_a_slot_is_still_a_token(parse: Callable[..., Document]):
    document = parse("Beste {{ first_name | lezer }}, [weg]({{ unsubscribe_url }})")

    name, link = document.slots
    assert to_text(document) == f"Beste {name}, weg ({link})\n"


def test_lines_are_wrapped_but_addresses_stay_whole(parse: Callable[..., Document]):
    address = "https://x.nl/" + "a" * 100
    lines = to_text(parse(f"{'woord ' * 40}\n\n> - {'woord ' * 40} <{address}>")).splitlines()

    assert [line for line in lines if len(line) > WIDTH] == [f">   {address}"]


def test_short_code_stays_on_one_line(parse: Callable[..., Document]):
    text = to_text(parse(f"{'a' * 65} `{{{{ first_name }}}}`"))

    assert "{{ first_name }}" in text


def test_a_wide_table_becomes_lines(parse: Callable[..., Document]):
    cell = "woord " * 12
    text = to_text(parse(f"| Naam | Uitleg |\n|---|---|\n| a | {cell} |\n| b | {cell} |"))

    assert "Naam: a\nUitleg: woord" in text
    assert "\n\nNaam: b\n" in text
    assert all(len(line) <= WIDTH for line in text.splitlines())


def test_a_no_break_space_keeps_words_together():
    assert wrap("aaaa bb\u00a0cc", 8) == ["aaaa", "bb\u00a0cc"]


def test_wide_characters_count_for_two():
    assert (text_width("你好"), text_width("e\u0301"), text_width("\u200d")) == (4, 1, 0)
    assert wrap("你好" * 5, 8) == ["你好你好", "你好你好", "你好"]
    assert pad("你", 4, "right") == "  你"
    assert pad("a", 4, "center") == " a  "


@given(st.text(alphabet="ab 你\u0301-\u00a0\n", max_size=200), st.integers(min_value=4, max_value=20))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int):
    lines = wrap(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    for line in lines:
        assert text_width(line) <= width or " " not in line


@given(st.text(alphabet="ab *_`#>-+()\\&;<\n\t1.|:", max_size=120))
def test_lines_have_no_trailing_space_and_the_text_ends_once(parse: Callable[..., Document], body: str):
    document = parse(body)
    if document.problems:
        return

    text = to_text(document)

    assert all(line == line.rstrip() for line in text.split("\n"))
    assert text.endswith("\n")
