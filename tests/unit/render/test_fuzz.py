"""Anything at all goes through the build and comes out as a letter or as words; nothing else ever happens.

`NEWSLETTER_FUZZ=10000 pytest tests/unit/render/test_fuzz.py` tries as many inputs of each kind.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_documents import component_documents, document
from storms import letter, outcome

from newsletter.config.schema import Config
from newsletter.domain.issue import Issue
from newsletter.errors import ContentError
from newsletter.render.inline import inline_css
from newsletter.render.linemap import mark_tags, strip_marks
from newsletter.render.mjml.compile import compile_mjml
from newsletter.render.mjml.schema import elements
from newsletter.render.template import fill_template
from newsletter.source import Place

TRIES = int(os.environ.get("NEWSLETTER_FUZZ", "200"))

FRAGMENTS = [
    *(
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "---\n",
        "```\n",
        "~~~",
        "| a | b |\n|-|-|\n",
    ),
    *(
        "*",
        "**",
        "_",
        "~~",
        "`",
        "[",
        "](",
        ")",
        "![",
        "]: ",
        "[^1]",
        "[^1]: ",
        "<",
        ">",
        "</p>",
        "<b>",
        "&amp;",
    ),
    *("::: note\n", "::: question\n", "::: columns\n", "::: column\n", ":::\n", "::: signature\n", ":::"),
    *("::: button https://brief.example/\n", "::: only lang:nl\n", "::: reader 1\n", "::: iets\n"),
    *(
        "{{ first_name }}",
        "{{ first_name | lezer }}",
        "{{ unsubscribe_url }}",
        "{{",
        "}}",
        "{% if %}",
        "{# #}",
    ),
    *(
        "https://brief.example/",
        "mailto:a@b.example",
        "javascript:",
        "img/x.png",
        "<!--",
        "-->",
        "\\",
        '"',
        "'",
    ),
    *(
        "woord",
        "Ż",
        "👩‍🔬",
        "\u00ad",
        "\u200b",
        "\u202e",
        "\0",
        "\x01",
        "\ud800",
        "\ufffe",
        "\u2028",
        "é>",
        "nlph00000000q",
    ),
]
MARKDOWN = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)

VALUES = st.one_of(
    st.sampled_from(
        ["0", "0 20px", "100%", "17px", "-3px", "auto", "#abc", "red", "\\n", "a\nb", "é\u00a0", ""]
    ),
    st.text(max_size=8).map(lambda text: re.sub('["<&]', "", text)),
)
CONTENTS = st.one_of(
    MARKDOWN, st.sampled_from(["<b>a</b>\n<i>b</i>", "a &lt; b", "<br>", "<table><tr></tr></table>"])
)


@st.composite
def trees(draw: st.DrawFn, name: str = "mj-body", depth: int = 0) -> str:
    """An MJML element with attributes and children, mostly of the kinds the schema allows."""
    element = elements()[name]
    given_names = draw(st.lists(st.sampled_from(sorted(element.attributes) or ["css-class"]), max_size=3))
    attributes = "".join(f' {one}="{draw(VALUES)}"' for one in dict.fromkeys(given_names))
    if element.is_ending:
        return f"<{name}{attributes}>{draw(CONTENTS)}</{name}>"
    fitting = sorted(child for child in element.children if child in elements())
    choice = fitting if draw(st.integers(0, 9)) else sorted(elements())
    children = draw(st.lists(st.sampled_from(choice), max_size=3)) if choice and depth < 5 else []
    inner = "".join(draw(trees(child, depth + 1)) for child in children)
    return f"<{name}{attributes}>{inner}</{name}>"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Issue, Config]]:
    with tempfile.TemporaryDirectory() as directory:
        yield letter(Path(directory))


@given(body=st.one_of(MARKDOWN, ANYTHING))
@settings(max_examples=TRIES)
def test_any_text_is_a_letter_or_refused(world: tuple[Issue, Config], body: str) -> None:
    came = outcome(body, *world)

    assert came.startswith(("built: ", "refused: "))
    assert "cannot be compiled" not in came
    assert "would not be shown" not in came


@given(tree=trees())
@settings(max_examples=TRIES)
def test_any_mjml_is_compiled_whole_or_refused(tree: str) -> None:
    try:
        compiled = compile_mjml(strip_marks(mark_tags(f"<mjml>{tree}</mjml>", "t", 1)))
        html = inline_css(compiled.html, compiled.inline_css)
    except ContentError as error:
        assert all(problem.what for problem in error.problems)  # noqa: PT017 (both ways out are right)
        return

    assert html.startswith("<!DOCTYPE html>")
    assert "\\u{" not in html


@given(mjml=st.sampled_from(sorted(component_documents().values())), data=st.data())
@settings(max_examples=TRIES)
def test_a_damaged_document_is_compiled_or_refused(mjml: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(mjml)))
    end = data.draw(st.integers(start, min(len(mjml), start + 20)))
    damaged = mjml[:start] + data.draw(st.text(max_size=5)) + mjml[end:]

    try:
        html = compile_mjml(strip_marks(mark_tags(damaged, "t", 1))).html
    except ContentError as error:
        html = str(error)

    assert html


JINJA = [
    *("{% for a in range(9) %}", "{% endfor %}", "{% if x %}", "{% else %}", "{% endif %}", "{{ x }}"),
    *("{% block a %}", "{% endblock %}", "{% macro f(n) %}", "{% endmacro %}", "{{ f(1) }}", "{{", "}}"),
    *("{% extends 'brief.mjml.j2' %}", "{% include x %}", "{{ x ~ x }}", "{{ 9 ** 9 }}", "{{ x.y.z }}"),
    *("<mj-text>", "</mj-text>", "woord", "\n", "é", "{% raw %}", "{% endraw %}", "{{ ''.__class__ }}"),
    *("%}", "{% call f(2) %}", "{% set x = 1 %}", "{#", "#}", "{{ x | upper }}", "{{ x() }}"),
]


@given(source=st.lists(st.sampled_from(JINJA), max_size=15).map("".join))
@settings(max_examples=TRIES)
def test_any_template_is_filled_in_or_refused_with_its_file(world: tuple[Issue, Config], source: str) -> None:
    _, config = world
    (config.root / "templates").mkdir(exist_ok=True)
    (config.root / "templates" / "brief.mjml.j2").write_text(source, encoding="utf-8")

    try:
        filled = fill_template("brief", config.root, {"x": "1"}, asked=Place(path="issues/x.md")).marked
    except ContentError as error:
        assert all(problem.place is not None for problem in error.problems)  # noqa: PT017 (see above)
        return

    assert isinstance(filled, str)


def test_the_smallest_tree_of_each_kind_compiles_or_is_refused_in_words() -> None:
    for name in elements():
        with_one = document(f"<{name}></{name}>")
        try:
            assert compile_mjml(strip_marks(mark_tags(with_one, "t", 1))).html
        except ContentError as error:
            assert "broke down" not in str(error)  # noqa: PT017 (see above)
