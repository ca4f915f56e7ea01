"""Conditional blocks: found with their places, and hidden without leaving a hole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.conditions import every_block, show_variant
from newsletter.content.document import Document
from newsletter.content.tree import Node, grow
from newsletter.domain.variant import effective_key
from newsletter.render.plain_text import to_text

SOURCES = "Bronnen\n-------\n\n"
Parse = Callable[..., Document]


def text_of(document: Document, key: str) -> str:
    return to_text(show_variant(document, key))


def shape(nodes: list[Node]) -> list[object]:
    return [
        (node.kind, shape(node.children)) if node.token.type == "directive_open" else node.kind
        for node in nodes
    ]


def test_conditions_come_in_reading_order_with_every_place(parse: Parse):
    document = parse(
        "::: only tag:b\na\n:::\n\n::: only   tag:a lang:nl  \nb\n::: only tag:b\nc\n:::\n:::\n"
        "::: note\n::: only tag:b\nd\n:::\n:::"
    )

    assert [one.text for one in document.conditions] == ["tag:b", "tag:a lang:nl"]
    first, second = document.conditions
    assert [(place.line, place.column) for place in first.places] == [(1, 10), (7, 10), (12, 10)]
    assert [(place.line, place.column) for place in second.places] == [(5, 12)]
    assert first.around == ((), (1,), ())


def test_a_letter_without_conditions_stays_as_it_is(parse: Parse):
    document = parse("Beste lezer,\n\nDag.")

    assert (document.conditions, every_block(document)) == ((), "")
    assert show_variant(document, "") is document


def test_a_block_inside_another_needs_both_to_hold(parse: Parse):
    document = parse("a\n\n::: only tag:x\nb\n\n::: only tag:y\nc\n:::\n:::\n\nd")

    assert [text_of(document, key).split() for key in ("11", "10", "01", "00")] == [
        ["a", "b", "c", "d"],
        ["a", "b", "d"],
        ["a", "d"],
        ["a", "d"],
    ]


def test_keys_that_show_the_same_blocks_have_one_effective_key(parse: Parse):
    nested = parse("a\n\n::: only tag:x\nb\n\n::: only tag:y\nc\n:::\n:::").conditions
    elsewhere = parse("::: only tag:x\nb\n\n::: only tag:y\nc\n:::\n:::\n\n::: only tag:y\nd\n:::").conditions

    assert [effective_key(nested, key) for key in ("11", "10", "01", "00")] == ["11", "10", "00", "00"]
    assert [effective_key(elsewhere, key) for key in ("11", "10", "01", "00")] == ["11", "10", "01", "00"]


@pytest.mark.parametrize("name", ["question", "note", "signature"])
def test_a_block_with_nothing_left_in_it_goes(parse: Parse, name: str):
    inside = "::: only tag:x\nb\n:::" if name != "signature" else "b"
    block = f"::: {name}\n{inside}\n:::"
    document = parse(
        f"a\n\n{block if name != 'signature' else f'::: only tag:x{chr(10)}{block}{chr(10)}:::'}"
    )

    assert shape(grow(show_variant(document, "0").tokens)) == ["paragraph"]
    assert shape(grow(show_variant(document, "1").tokens)) == ["paragraph", (name, ["paragraph"])]


def test_a_row_of_columns_closes_up(parse: Parse):
    document = parse(
        "::: columns\n::: column\na\n:::\n::: only tag:x\n::: column\nb\n:::\n:::\n"
        "::: column\n::: only tag:y\nc\n:::\n:::\n:::"
    )

    column = ("column", ["paragraph"])
    assert shape(grow(show_variant(document, "11").tokens)) == [("columns", [column, column, column])]
    assert shape(grow(show_variant(document, "10").tokens)) == [("columns", [column, column])]
    assert shape(grow(show_variant(document, "00").tokens)) == ["paragraph"]


def test_a_row_with_no_column_left_goes(parse: Parse):
    column = "::: only tag:x\n::: column\na\n:::\n:::\n"
    document = parse(f"a\n\n::: columns\n{column}{column}:::")

    assert shape(grow(show_variant(document, "0").tokens)) == ["paragraph"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n---\n\n{}\n\n---\n\nb", ["paragraph", "hr", "paragraph"]),
        ("a\n\n---\n\n{0}\n\n{0}\n\n---\n\nb", ["paragraph", "hr", "paragraph"]),
        ("a\n\n---\n\n{0}\n\n---\n\n{0}\n\n---\n\nb", ["paragraph", "hr", "paragraph"]),
        ("a\n\n---\n\n{}\n\nb", ["paragraph", "hr", "paragraph"]),
        ("{}\n\n---\n\nb", ["paragraph"]),
        ("a\n\n---\n\n{}", ["paragraph"]),
        ("a\n\n---\n\n::: note\n{}\n:::\n\n---\n\nb", ["paragraph", "hr", "paragraph"]),
        ("a\n\n::: note\n{}\n\n---\n\n:::\n\nb", ["paragraph", "paragraph"]),
        ("a\n\n---\n\n---\n\nb\n\n{}\n\nc", ["paragraph", "hr", "hr", "paragraph", "paragraph"]),
    ],
)
def test_a_hidden_block_leaves_no_doubled_and_no_dangling_rule(parse: Parse, body: str, shown: list[str]):
    document = parse(body.format("::: only tag:x\nweg\n:::"))

    assert shape(grow(show_variant(document, "0").tokens)) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n## K\n\n{}\n\n## L\n\nb", ["a", "L", "b"]),
        ("a\n\n## K\n\n{}", ["a"]),
        ("a\n\n## K\n\n### L\n\n{}\n\n## M\n\nb", ["a", "M", "b"]),
        ("a\n\n---\n\n## K\n\n{}\n\n---\n\nb", ["a", "* * *", "b"]),
        ("# K\n\n{}\n\n## L\n\nb", ["K", "L", "b"]),
        ("## K\n\n{}\n\nb", ["K", "b"]),
        ("a\n\n## K\n\n{}\n\n::: signature\nJan\n:::", ["a", "Jan"]),
        ("a\n\n::: signature\nJan\n:::\n\n{}", ["a", "Jan"]),
        ("## K\n\na\n\n{}\n\n## L\n\nb", ["K", "a", "L", "b"]),
        ("## K\n\n## L\n\nb\n\n{}", ["K", "L", "b"]),
    ],
)
def test_a_heading_with_nothing_left_below_it_goes(parse: Parse, body: str, shown: list[str]):
    document = parse(body.format("::: only tag:x\nweg\n:::"))

    lines = text_of(document, "0").split("\n")
    assert [line for line in lines if line and line.strip("=-")] == shown


def test_footnotes_of_hidden_text_go_and_the_others_are_numbered_anew(parse: Parse):
    document = parse(
        "a[^een]\n\n::: only tag:x\nb[^twee]\n:::\n\nc[^drie]\n\n[^een]: E\n[^twee]: T[^vier]\n"
        "[^drie]: D\n[^vier]: V"
    )

    assert document.problems == ()
    assert text_of(document, "1") == "a[1]\n\nb[2]\n\nc[3]\n\n" + SOURCES + "[1] E\n[2] T[4]\n[3] D\n[4] V\n"
    assert text_of(document, "0") == "a[1]\n\nc[2]\n\n" + SOURCES + "[1] E\n[2] D\n"


def test_a_rule_before_a_hidden_end_does_not_stand_above_the_footnotes(parse: Parse):
    document = parse("a[^1]\n\n---\n\n::: only tag:x\nb\n:::\n\n[^1]: E")

    assert text_of(document, "0") == "a[1]\n\n" + SOURCES + "[1] E\n"


def test_the_closing_lines_are_those_of_the_variant(parse: Parse):
    document = parse(
        "Tekst die gewoon doorloopt en zo een alinea is.\n\nGroet,\nJan\n\n::: only tag:x\n- a\n:::"
    )

    assert "Groet, Jan" in text_of(document, "1")
    assert "Groet,\nJan" in text_of(document, "0")


def test_what_hidden_blocks_hold_is_not_listed(parse: Parse):
    document = parse(
        "# A\n\n[a](https://a.nl) ![a](a.png)[^1] {{ first_name }}\n\n::: only tag:x\n"
        "# B\n\n[b](https://b.nl) ![b](b.png)[^2] {{ role }}\n:::\n\n"
        "[^1]: [c](https://c.nl)\n[^2]: [d](https://d.nl)"
    )

    hidden, shown = show_variant(document, "0"), show_variant(document, "1")

    assert [one.text for one in hidden.headings] == ["A"]
    assert [one.url for one in hidden.links] == ["https://a.nl", "https://c.nl"]
    assert [one.source for one in hidden.images] == ["a.png"]
    assert [one.name for one in hidden.slot_uses] == ["first_name"]
    assert [len(shown.headings), len(shown.links), len(shown.images)] == [2, 4, 2]


def test_a_condition_knows_no_slots(parse: Parse):
    document = parse("::: only role:{{ role }}\na\n:::")

    assert [one.text for one in document.conditions] == ["role:{{ role }}"]
    assert document.slots == {}


def test_conditions_deep_inside_each_other_take_time_that_grows_with_the_text(parse: Parse):
    document = parse("".join(f"::: only tag:t{number}\n" for number in range(5000)))

    assert any("inside 8 other blocks" in problem.what for problem in document.problems)


# --- any letter at all --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A part of a made-up letter: a word, a rule, or a directive around others."""

    kind: str
    condition: str = ""
    inside: tuple[Piece, ...] = ()


CONDITIONS = ("tag:a", "tag:b", "tag:c")
_WORD = st.builds(Piece, kind=st.just("word"))
_LEAF = st.sampled_from([Piece("word"), Piece("word"), Piece("hr")])


def _only(inside: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    rows = st.tuples(_WORD, inside) | st.tuples(inside, _WORD) | st.tuples(_WORD)
    return st.builds(Piece, kind=st.just("only"), condition=st.sampled_from(CONDITIONS), inside=rows)


_INNER = st.recursive(_LEAF, _only, max_leaves=4)
_BLOCK = st.builds(Piece, kind=st.just("note"), inside=st.lists(_INNER, min_size=1, max_size=3).map(tuple))
_COLUMN = st.builds(Piece, kind=st.just("column"), inside=st.tuples(_INNER))
_ROW = st.builds(
    Piece,
    kind=st.just("columns"),
    inside=st.lists(
        _COLUMN
        | st.builds(
            Piece,
            kind=st.just("only"),
            condition=st.sampled_from(CONDITIONS),
            inside=st.tuples(_COLUMN),
        ),
        min_size=2,
        max_size=3,
    ).map(tuple),
)
_LETTERS = st.lists(_INNER | _BLOCK | _ROW | _only(_BLOCK | _ROW), min_size=1, max_size=5)


def _write(pieces: tuple[Piece, ...], words: list[tuple[str, frozenset[str]]], held: frozenset[str]) -> str:
    lines = []
    for piece in pieces:
        if piece.kind == "word":
            words.append((f"w{len(words)}", held))
            lines.append(f"\n{words[-1][0]}\n")
        elif piece.kind == "hr":
            lines.append("\n---\n")
        else:
            inside = _write(piece.inside, words, held | ({piece.condition} if piece.condition else set()))
            lines.append(f"::: {piece.kind} {piece.condition}\n{inside}\n:::")
    return "\n".join(lines)


def _empty(nodes: list[Node]) -> list[str]:
    found = []
    for node in nodes:
        if node.token.type == "directive_open":
            found += [node.kind] if not node.children else _empty(node.children)
    return found


@given(letter=_LETTERS, holding=st.sets(st.sampled_from(CONDITIONS)))
def test_a_variant_has_the_words_whose_conditions_all_hold_and_no_hole(
    parse: Parse, letter: list[Piece], holding: set[str]
):
    words: list[tuple[str, frozenset[str]]] = []
    document = parse(_write(tuple(letter), words, frozenset()) + "\n\neinde")
    key = "".join("1" if one.text in holding else "0" for one in document.conditions)

    shown = show_variant(document, key)

    assert document.problems == ()
    wanted = [word for word, held in words if held <= holding]
    assert [word for word in to_text(shown).split() if word.startswith("w")] == wanted
    assert _empty(grow(shown.tokens)) == []
    assert all(token.info != "only" for token in shown.tokens)
    settled = effective_key(document.conditions, key)
    assert to_text(show_variant(document, settled)) == to_text(shown)
