"""Templates are found, locked up, and wrong ones are named with file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.errors import ContentError
from newsletter.render.linemap import strip_marks
from newsletter.render.template import FilledTemplate, fill_template
from newsletter.source import Place

ASKED = Place(path="issues/x.md", line=4)


def fill(root: Path, files: dict[str, str], name: str = "brief", **variables: object) -> FilledTemplate:
    (root / "templates").mkdir(exist_ok=True)
    for file, text in files.items():
        (root / "templates" / f"{file}.mjml.j2").write_text(text, encoding="utf-8")
    return fill_template(name, root, variables, asked=ASKED)


def problem(root: Path, files: dict[str, str], name: str = "brief", **variables: object) -> str:
    with pytest.raises(ContentError) as caught:
        fill(root, files, name, **variables)
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0])


def test_values_are_escaped_and_the_issue_is_never_template_source(tmp_path: Path) -> None:
    filled = fill(tmp_path, {"brief": "<p>{{ subject }}</p>"}, subject="<b> & {{ 2 + 2 }} {% raise %}")

    assert strip_marks(filled.marked).text == "<p>&lt;b&gt; &amp; {{ 2 + 2 }} {% raise %}</p>"


def test_every_tag_knows_its_file_and_line(tmp_path: Path) -> None:
    base = (
        "<mjml>\n\n{% for i in [1, 2] -%}\n\n\n<mj-head>\n</mj-head>{% endfor %}\n"
        "{% block x %}{% endblock %}</mjml>"
    )
    child = "{# a\nb #}\n{% extends 'base.mjml.j2' %}\n{% block x %}\n  <mj-body\n  width='1'/>{% endblock %}"
    lines = strip_marks(fill(tmp_path, {"base": base, "brief": child}).marked)

    places = [
        str(lines.place(lines.text.index(tag)))
        for tag in ("<mjml>", "<mj-head>", "<mj-body", "width", "</mjml")
    ]

    assert places == [
        "templates/base.mjml.j2:1",
        "templates/base.mjml.j2:6",
        "templates/brief.mjml.j2:5",
        "templates/brief.mjml.j2:6",
        "templates/base.mjml.j2:8",
    ]


def test_every_file_used_is_listed_with_its_digest(tmp_path: Path) -> None:
    filled = fill(
        tmp_path,
        {
            "base": "{% block x %}{% endblock %}",
            "brief": "{% extends 'base.mjml.j2' %}{% block x %}{% include 'deel.mjml.j2' %}{% endblock %}",
            "deel": "x",
            "anders": "y",
        },
    )

    assert list(filled.inputs) == [
        "templates/base.mjml.j2",
        "templates/brief.mjml.j2",
        "templates/deel.mjml.j2",
    ]
    assert (
        filled.inputs["templates/deel.mjml.j2"]
        == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    )


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a\n{{ onbekend }}", 2, "there is no {{ onbekend }}"),
        ("a\n{{ var }}", 2, "did you mean {{ vars }}?"),
        ("a\n{{ voornaam }}", 2, "for a value of each reader write {{ slot('voornaam') }}"),
        ("a\n{{ vars.kleur }}", 2, "add kleur to vars"),
        ("a\n\n{% if x %}", 3, "Unexpected end of template"),
        ("{% for %}", 1, "Expected an expression"),
        ("a\n{{ 1 / 0 }}", 2, "division by zero"),
        ("a\n{{ 'x' + 1 }}", 2, "the template fails"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("\n{{ vars.clear() }}", 2, "access to attribute 'clear'"),
        ("\n{% for i in range(10000000) %}{% endfor %}", 2, "Range too big"),
        ("a\n{% include 'deeel.mjml.j2' %}", 2, 'there is no template file "deeel.mjml.j2"'),
        ("a\n{% include '../../geheim' %}", 2, 'there is no template file "../../geheim"'),
        ("{{ 1 | onbekend }}", 1, "No filter named 'onbekend'"),
        ("a\n{% if x %}b", 2, "fix: close it with {% endif %}"),
        ("{% for a in b %}\n{% endif %}", 2, "fix: close it with {% endfor %}"),
        ("a\n{% iff x %}", 2, "fix: did you mean {% if %}?"),
        ("{% endfor %}", 1, "fix: take it out, or begin what it belongs to above it"),
        ("{% qqqqqq %}", 1, "fix: known are: block, extends"),
        ("{{ a b }}", 1, "fix: write a value as {{ name }}"),
        ("\n{{ a }", 2, "fix: close it with }} or %}"),
        ("{# a", 1, "fix: close it with #}"),
        ("{% if a = b %}{% endif %}", 1, "fix: write == to compare"),
        ("{% if a && b %}{% endif %}", 1, "fix: write and, or"),
        ("{% if a %}{% else if b %}{% endif %}", 1, "fix: write {% elif … %}"),
        ("{{ a ? b : c }}", 1, "fix: write {{ one if this else other }}"),
        ("{{ 1 is defind }}", 1, "fix: did you mean is defined?"),
        ("{{ 'a }}", 1, "fix: close the quotation mark"),
        ("{{ }}", 1, "fix: write a name there"),
    ],
)
def test_a_fault_in_a_template_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, expected: str
) -> None:
    found = problem(tmp_path, {"brief": text, "deel": ""}, vars={})

    assert found.startswith(f"templates/brief.mjml.j2:{line}: ")
    assert expected in found


def test_a_template_that_includes_itself_is_refused(tmp_path: Path) -> None:
    assert "without end" in problem(tmp_path, {"brief": "x\n{% include 'brief.mjml.j2' %}"})


def test_an_unknown_template_gets_the_nearest_name(tmp_path: Path) -> None:
    found = problem(tmp_path, {"brief": "x"}, name="breif")

    assert 'issues/x.md:4: there is no template "breif"' in found
    assert 'did you mean "brief"?' in found


def test_a_template_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/brief.mjml.j2").write_bytes(b"a\nb\xe9")

    assert problem(tmp_path, {}).startswith("templates/brief.mjml.j2:2: the template is not UTF-8")


def test_a_changed_template_is_read_again(tmp_path: Path) -> None:
    first = fill(tmp_path, {"brief": "<p>een</p>"})
    second = fill(tmp_path, {"brief": "<p>twee</p>"})

    assert [strip_marks(filled.marked).text for filled in (first, second)] == ["<p>een</p>", "<p>twee</p>"]
    assert first.inputs != second.inputs


def test_marks_do_not_disturb_comparisons_in_a_template(tmp_path: Path) -> None:
    filled = fill(tmp_path, {"brief": "{% set x %}abc{% endset %}{% if x == 'abc' %}ja{% endif %}"})

    assert strip_marks(filled.marked).text == "ja"


def test_a_template_can_extend_the_packaged_one_of_its_own_name(tmp_path: Path) -> None:
    text = "{% extends 'packaged/_line.mjml.j2' %}"

    filled = fill(tmp_path, {"_line": "own", "brief": text}, date=None, number=None, lang="nl")

    assert list(filled.inputs) == ["templates/brief.mjml.j2", "templates/packaged/_line.mjml.j2"]
    assert "own" not in filled.marked


def test_a_part_of_other_templates_is_no_template_for_an_issue(tmp_path: Path) -> None:
    assert 'there is no template "_base"' in problem(tmp_path, {"brief": "x"}, name="_base")


def test_a_date_is_written_in_the_language_of_the_issue(tmp_path: Path) -> None:
    text = "<p>{{ date | long }} {{ date | weekday }}</p>"

    filled = fill(tmp_path, {"brief": text}, date=datetime(2026, 11, 24, tzinfo=UTC), lang="fr")

    assert strip_marks(filled.marked).text == "<p>24 novembre 2026 mardi</p>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n{{ date | long }}", "brief.mjml.j2:2: | long takes a date: the issue has no date"),
        ("\n{{ 'x' | year }}", 'brief.mjml.j2:2: | year takes a date: "x" is not a date'),
        ("\n{{ dat | year }}", "brief.mjml.j2:2: there is no {{ dat }}"),
        ("\n{{ date | lang }}", "brief.mjml.j2:2: No filter named 'lang'."),
        ("\n{{ date | weekdag }}", "did you mean | weekday?"),
        ("\n{{ date | qqqqqq }}", "for a date: short, medium, long"),
    ],
)
def test_a_date_that_cannot_be_written_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert told in problem(tmp_path, {"brief": text}, date=None, lang="nl")


BASE = (
    "<mjml>{% block head %}h{% endblock %}"
    "{% block letter %}{% block inner %}i{% endblock %}{% endblock %}</mjml>"
)
EXTENDS = "{% extends 'base.mjml.j2' %}\n"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (
            "<mj-text>x</mj-text>",
            2,
            '"<mj-text>x</mj-text>" stands outside the blocks of a template that ext',
        ),
        ("\n\n  loose\n more", 4, '"loose" stands outside'),
        ("{{ 1 }}", 2, '"{{ 1 }}" stands outside'),
        ("{% if 1 %}\na{% endif %}", 3, '"a" stands outside'),
        ("{% if 0 %}{% else %}a{% endif %}", 2, '"a" stands outside'),
        ("{% for i in [] %}\n\nb{% endfor %}", 4, '"b" stands outside'),
        ("{% with %}a{% endwith %}", 2, '"a" stands outside'),
        ("{% filter upper %}a{% endfilter %}", 2, '"a" stands outside'),
        (
            "{% if 1 %}{% include 'deel.mjml.j2' %}{% endif %}",
            2,
            "\"{% include 'deel.mjml.j2' %}\" stands outs",
        ),
        ("{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}a{% endcall %}", 2, '"{% call m() %}" st'),
        ("{% raw %}a{% endraw %}", 2, '"a" stands outside'),
        (
            "a",
            2,
            "fix: put it in {% block NAME %} … {% endblock %}, or take it out; there are: head, inner, l",
        ),
        ("{% block lettr %}a{% endblock %}", 2, 'no template this one extends has a block "lettr"'),
        ("{% block lettr %}a{% endblock %}", 2, "fix: did you mean {% block letter %}?"),
        ("\n{% block xyz %}a{% endblock %}", 3, "there are: head, inner, letter"),
    ],
)
def test_what_a_template_would_leave_out_in_silence_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, expected: str
) -> None:
    found = problem(tmp_path, {"base": BASE, "deel": "d", "brief": EXTENDS + text})

    assert found.startswith(f"templates/brief.mjml.j2:{line}: ")
    assert expected in found


def test_everything_a_template_would_leave_out_is_told_at_once_also_of_the_one_between(
    tmp_path: Path,
) -> None:
    files = {
        "base": BASE,
        "between": EXTENDS + "one {{ 1 }} two{% block own %}{% endblock %}{% block heed %}{% endblock %}",
        "brief": "{% extends 'between.mjml.j2' %}a{% block inner %}{% endblock %}b",
    }

    with pytest.raises(ContentError) as caught:
        fill(tmp_path, files)

    assert [
        ("templates/between.mjml.j2", '"one" stands outside the blocks of a template that extends another'),
        ("templates/between.mjml.j2", 'no template this one extends has a block "heed"'),
        ("templates/between.mjml.j2", 'no template this one extends has a block "own"'),
        ("templates/brief.mjml.j2", '"a" stands outside the blocks of a template that extends another'),
        ("templates/brief.mjml.j2", '"b" stands outside the blocks of a template that extends another'),
    ] == sorted((one.place.path if one.place else "", one.what) for one in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{# words #}\n\n{% set a %}words{% endset %}{% set b = 1 %}", "hi"),
        ("{% macro m() %}words{% endmacro %}{% import 'base.mjml.j2' as other %}", "hi"),
        ("{% block inner %}n{% endblock %}", "hn"),
        ("{% block letter %}{% block new %}n{% endblock %}{{ super() }}{% endblock %}", "hni"),
        ("{% block letter %}{{ self.asked() }}{% endblock %}{% block asked %}s{% endblock %}", "hs"),
    ],
)
def test_a_template_that_extends_another_may_hold_what_is_no_text_and_what_is_shown(
    tmp_path: Path, text: str, becomes: str
) -> None:
    filled = fill(tmp_path, {"base": BASE, "brief": EXTENDS + text})

    assert f"<mjml>{becomes}</mjml>" == strip_marks(filled.marked).text.strip()


def test_a_template_that_extends_another_only_sometimes_may_have_text_for_the_other_times(
    tmp_path: Path,
) -> None:
    text = "{% if other %}{% extends 'base.mjml.j2' %}{% else %}<mjml>own</mjml>{% endif %}"

    own = fill(tmp_path, {"base": BASE, "brief": text}, other=False)
    other = fill(tmp_path, {"base": BASE, "brief": text}, other=True)

    assert ["<mjml>own</mjml>", "<mjml>hi</mjml>"] == [strip_marks(one.marked).text for one in (own, other)]
