"""What a template says is what mail programs get: no text lost, no attribute without effect."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from own_cases import CASES, Case
from own_documents import attribute_documents, component_documents, document, in_column

from newsletter.errors import ContentError
from newsletter.render.inline import inline_css
from newsletter.render.linemap import mark_tags, strip_marks
from newsletter.render.mjml.compile import compile_mjml
from newsletter.render.mjml.guard import guard
from newsletter.render.mjml.nesting import VOID, nest
from newsletter.render.mjml.schema import UNSUPPORTED
from newsletter.render.mjml.text_loss import lost_text
from newsletter.render.mjml.tokens import tokenise
from newsletter.render.mjml.views import View, seen_in

PATH = "templates/t.mjml.j2"
COMPONENTS = component_documents()
ATTRIBUTES = list(attribute_documents())
REFUSED = {*UNSUPPORTED, ("mj-image", "title")}  # on a picture with a link, as in these documents
NO_EFFECT_ANYWHERE = {
    "mj-hero": {"mode"},  # but for fluid-height, which is refused
    "mj-section": {"text-padding"},
    "mj-social": {"table-layout"},
    "mj-spacer": {"border", "border-bottom", "border-left", "border-right", "border-top"},
    "mj-table": {"font-weight"},
    "mj-text": {"background-color"},
    "mj-wrapper": {"text-padding"},
}
"""Attributes that the official compiler takes and does nothing with either, measured on 4.18.0 and 5.4.1."""


def html_of(mjml: str) -> str:
    compiled = compile_mjml(strip_marks(mark_tags(mjml, PATH, 1)))
    return inline_css(compiled.html, compiled.inline_css)


class Balance(HTMLParser):
    """Notes every end tag that closes nothing, and every element left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """A tag that closes itself needs no end."""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> in {'/'.join(self.open)}")


def unbalanced(html: str, view: View) -> list[str]:
    balance = Balance()
    balance.feed(seen_in(html, view).replace("\0", ""))
    balance.close()
    return [*balance.faults, *balance.open]


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_a_known_divergence_is_closed(case: Case) -> None:
    compiled = compile_mjml(strip_marks(mark_tags(case.mjml, PATH, 1)))
    both = compiled.html + inline_css(compiled.html, compiled.inline_css)

    assert [text for text in case.holds if text not in both] == []
    assert [text for text in case.lacks if text in both] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=lambda case: case.name)
def test_what_would_come_out_otherwise_is_refused_with_its_line_and_an_alternative(case: Case) -> None:
    with pytest.raises(ContentError) as caught:
        html_of(case.mjml)

    problem = caught.value.problems[0]
    assert case.refused in problem.what
    assert f"{PATH}:1" == str(problem.place)
    assert problem.fix


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", [*COMPONENTS, *(case.name for case in CASES if not case.refused)])
def test_tags_are_balanced_in_every_view(name: str, view: View) -> None:
    mjml = COMPONENTS.get(name) or next(case.mjml for case in CASES if case.name == name)

    assert unbalanced(html_of(mjml), view) == []


@pytest.mark.parametrize(
    ("component", "attribute", "mjml"), ATTRIBUTES, ids=[f"{c} {a}" for c, a, _ in ATTRIBUTES]
)
def test_an_attribute_has_an_effect_or_is_refused(component: str, attribute: str, mjml: str) -> None:
    try:
        html = html_of(mjml)
    except ContentError as error:
        assert (component, attribute) in REFUSED
        assert "would have no effect" in error.problems[0].what  # noqa: PT017
        return

    has_effect = html != html_of(COMPONENTS[component])
    assert has_effect == (attribute not in NO_EFFECT_ANYWHERE.get(component, ()))
    assert not re.search(r'\\u\{|\\n|\\"', html)


def faults(mjml: str, html: str) -> list[str]:
    tokens, _ = tokenise(mjml)
    nested, _ = nest(tokens)
    return [fault.what for fault in lost_text(guard(nested), html)]


LETTER = in_column(
    "<mj-text><p>een <b>twee</b>\n<i>drie</i></p></mj-text>\n<mj-button href='/'>vier</mj-button>",
    "<mj-title>Titel</mj-title><mj-preview>Voorproef</mj-preview>",
)


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        ("vier", '"vier" in <mj-button>'),
        ("&#10;", '"een twee drie" in <mj-text>'),
        ("Titel", '"Titel" in <mj-title>'),
        ("Voorproef", '"Voorproef" in <mj-preview>'),
        ("twee", '"een twee drie" in <mj-text>'),
    ],
)
def test_text_that_the_compiler_would_lose_is_named(lost: str, found: str) -> None:
    html = compile_mjml(strip_marks(mark_tags(LETTER, PATH, 1))).html

    assert [] == faults(LETTER, html)
    assert found in faults(LETTER, html.replace(lost, ""))[0]


def test_text_lost_in_outlook_alone_is_named_too() -> None:
    mjml = in_column("<mj-text>een</mj-text><mj-text>twee</mj-text>")
    html = html_of(mjml).replace("twee", "<!--[if !mso]><!-->twee<!--<![endif]-->")

    assert ['"twee" in <mj-text> would not be shown as written in classic Outlook'] == faults(mjml, html)


def test_text_that_moved_is_named() -> None:
    mjml = in_column("<mj-text>een</mj-text><mj-text>twee</mj-text>")
    html = html_of(mjml).replace("een", "?").replace("twee", "een").replace("?", "twee")

    assert '"een" in <mj-text>' in faults(mjml, html)[0]


def test_lost_text_is_a_problem_at_its_line_of_the_template() -> None:
    mjml = document(
        "<mj-section><mj-column>\n<mj-text>goed</mj-text>\n<mj-text>weg</mj-text></mj-column></mj-section>"
    )
    tokens, _ = tokenise(mjml)
    nested, _ = nest(tokens)

    (fault,) = lost_text(guard(nested), html_of(mjml).replace("weg", ""))

    assert mjml.index("<mj-text>weg") == fault.offset


def test_entities_and_white_space_are_compared_as_a_reader_sees_them() -> None:
    html_of(in_column("<mj-text>\n  a &amp; b\n\t c&nbsp;d  <br>\n e\n</mj-text><mj-spacer /><mj-divider />"))
