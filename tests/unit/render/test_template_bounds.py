"""A template that would run for ever or fill the memory is refused, with its line; an honest one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import ContentError
from newsletter.render.template import fill_template
from newsletter.source import Place

ASKED = Place(path="issues/x.md", line=4)

ENDLESS = {
    "a loop in a loop": "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "loops over one list": "{% set l = range(900) | list %}"
    "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
    "a macro that calls itself twice": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}"
    "{% endmacro %}{{ f(60) }}",
    "a caller in a caller": "{% macro f(n) %}{% if n %}{% call f(n - 1) %}{% endcall %}"
    "{% call f(n - 1) %}{% endcall %}{% endif %}{% endmacro %}{{ f(60) }}",
    "a recursive loop": "{% for a in [1] recursive %}{{ loop([1]) }}{{ loop([1]) }}{% endfor %}",
    "a file that takes itself in": "{% include 'brief.mjml.j2' %}{% include 'brief.mjml.j2' %}",
    "a file that extends itself": "{% extends 'brief.mjml.j2' %}",
    "a block that shows itself": "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "a text that doubles": "{% set ns = namespace(x='aa') %}{% for i in range(60) %}"
    "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "a list that doubles": "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "a block of text that doubles": "{% set ns = namespace(x='aa') %}{% for i in range(60) %}"
    "{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}{% endfor %}",
    "a long output": "{% set x = 'a' * 1000000 %}{% for i in range(5000) %}{{ x }}{% endfor %}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a product": "{{ 'a' * 10 ** 10 }}",
    "a product of numbers": "{% set ns = namespace(x=9) %}{% for i in range(90000) %}"
    "{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "a wide text": "{{ '%1000000000d' % 1 }}",
    "a wide format": "{{ '{:>1000000000}'.format(1) }}",
    "a wide format as a filter": "{{ '%1000000000d' | format(1) }}",
    "a wide centre": "{{ 'a' | center(1000000000) }}",
    "a wide method": "{{ 'a'.ljust(1000000000) }}",
    "a replacement": "{% set x = 'a' * 1000000 %}{{ x | replace('a', x) }}",
    "a method that replaces": "{% set x = 'a' * 1000000 %}{{ x.replace('a', x) }}",
    "a precise number": "{{ 1.5 | round(1000000000, 'floor') }}",
    "a range": "{% for i in range(10 ** 9) %}{% endfor %}",
    "filler": "{{ lipsum(n=1000000) }}",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_template_without_end_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "brief.mjml.j2").write_text("\n" + ENDLESS[name], encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        fill_template("brief", tmp_path, {}, asked=ASKED)

    (problem,) = caught.value.problems
    line = "" if name == "a long output" else ":2"  # it is too long as a whole
    assert f"templates/brief.mjml.j2{line}" == str(problem.place)


TOO_DEEP = {
    "loops": "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
    "conditions": "{% if 1 %}" * 150 + "{% endif %}" * 150,
    "very many conditions": "{% if 1 %}" * 5_000 + "{% endif %}" * 5_000,
    "macros": "{% macro f() %}" * 100 + "{% endmacro %}" * 100,
    "parentheses": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "a long sum": "{{ " + "1+" * 5_000 + "1 }}",
    "many filters": "{{ 'x'" + "|upper" * 3_000 + " }}",
    "a word given twice": "{{ dict(a=1, a=2) }}",
    "an argument named twice": "{% macro f(a, a) %}{% endmacro %}{{ f(1) }}",
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_a_template_that_python_cannot_carry_out_is_refused_with_its_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "brief.mjml.j2").write_text(TOO_DEEP[name], encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        fill_template("brief", tmp_path, {}, asked=ASKED)

    (problem,) = caught.value.problems
    assert "templates/brief.mjml.j2" == str(problem.place).removesuffix(":1")


def test_an_honest_template_is_filled_in_as_before(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "brief.mjml.j2").write_text(
        "{% macro row(n) %}[{{ '%03d' % n }}]{% endmacro %}"
        "{% for n in range(3) %}{{ row(n) }}{{ n ~ '<' ~ '&amp;' | safe }}{% endfor %}"
        "{{ 'ab' * 2 + 'c' }}{{ 7 * 6 + 2 ** 3 }}{{ 'x' | center(5) }}{{ ['a', 'b'] | join(', ') }}"
        "|{{ '{:,}'.format(12345678) }}|{{ '%d' | format(12345678) }}|{{ 12345678 | round | int }}|"
        "{{ '%9s' % 12345678 }}|"
        "{% set x %}<b>{{ '<' }}</b>{% endset %}{{ x }}{{ 'a-b'.replace('-', '+') }}",
        encoding="utf-8",
    )

    filled = fill_template("brief", tmp_path, {}, asked=ASKED)

    shown = filled.marked.replace("\x01templates/brief.mjml.j2:1\x02", "")
    assert "[000]0&lt;&amp;[001]1&lt;&amp;[002]2&lt;&amp;ababc50  x  a, b" in shown
    assert "|12,345,678|12345678|12345678| 12345678|<b>&lt;</b>a+b" in shown
