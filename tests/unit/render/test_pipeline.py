"""An issue becomes HTML, text, subject and preheader, or all that is wrong with it is said at once."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import SlotContext
from newsletter.errors import ContentError
from newsletter.render.pipeline import render_issue

TEMPLATE = """\
<mjml lang="{{ lang }}" dir="{{ dir }}">
  <mj-head>
    <mj-title>{{ title }}</mj-title>
    <mj-preview>{{ preheader }}</mj-preview>
    <mj-attributes><mj-all font-family="Georgia, serif" /></mj-attributes>
    <mj-style inline="inline">p { margin: 0 0 16px 0; }</mj-style>
    <mj-style>@media (prefers-color-scheme: dark) { p { color: #eee !important; } }</mj-style>
  </mj-head>
  <mj-body>
    {{ content }}
    <mj-section><mj-column>
      <mj-text><a href="{{ slot('unsubscribe_url') }}">{{ t("unsubscribe") }}</a> {{ sender.name }}</mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>
"""
ISSUE = """\
---
subject: "Hoi {{ first_name }}, coöperatie?"
preheader: "Eén vraag & een antwoord"
lang: nl
template: brief
---
Beste {{ first_name | lezer }},

Een *coöperatie* **is** [een woord](https://example.org/?wie={{ first_name | lezer }}&x=1).
"""
VALUES = {
    "first_name": "Żółć & <b>",
    "unsubscribe_url": "https://brief.example/unsubscribe/a.b?c=1&d=2",
    "preferences_url": "https://brief.example/preferences/a.b",
    "archive_url": "https://brief.example/archive/x",
}


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., RenderedIssue]:
    config = Config(
        root=tmp_path,
        digest="0" * 64,
        newsletter=NewsletterConfig(
            name="Helder & bestuur",
            lang="nl",
            postal_address="Kade 12, Zwolle",
            base_url="https://brief.example",
        ),
        fields={"first_name": FieldConfig(name="first_name", fallback="jij")},
    )

    def render(issue: str = ISSUE, template: str = TEMPLATE) -> RenderedIssue:
        (tmp_path / "issues").mkdir(exist_ok=True)
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "issues/2026-11-24-vraag.md").write_text(issue, encoding="utf-8")
        (tmp_path / "templates/brief.mjml.j2").write_text(template, encoding="utf-8")
        return render_issue(load_issue(tmp_path / "issues/2026-11-24-vraag.md", config), config)

    return render


def problems(render: Callable[..., RenderedIssue], issue: str = ISSUE, template: str = TEMPLATE) -> list[str]:
    with pytest.raises(ContentError) as caught:
        render(issue, template)
    return [f"{problem.place}: {problem.what}" for problem in caught.value.problems]


def test_every_part_is_filled_with_values_escaped_for_their_place(
    project: Callable[..., RenderedIssue],
) -> None:
    rendered = project()

    html, text = rendered.html.fill(VALUES), rendered.text.fill(VALUES)
    assert rendered.subject.fill(VALUES) == "Hoi Żółć & <b>, coöperatie?"
    assert rendered.preheader.fill(VALUES) == "Eén vraag &amp; een antwoord"
    assert "Beste Żółć &amp; &lt;b&gt;," in html
    assert "?wie=%C5%BB%C3%B3%C5%82%C4%87%20%26%20%3Cb%3E&amp;x=1" in html
    assert 'href="https://brief.example/unsubscribe/a.b?c=1&amp;d=2"' in html
    assert "<title>Hoi Żółć &amp; &lt;b&gt;, coöperatie?</title>" in html
    assert "Beste Żółć & <b>," in text
    assert "nlph" not in html + text + rendered.subject.fill(VALUES)


def test_fallbacks_come_from_the_text_then_from_the_configuration(
    project: Callable[..., RenderedIssue],
) -> None:
    rendered = project()

    assert rendered.subject.fill({}) == "Hoi jij, coöperatie?"
    assert "Beste lezer," in rendered.html.fill({})
    assert [(slot.name, slot.fallback) for slot in rendered.slots] == [
        ("first_name", "jij"),
        ("first_name", "lezer"),
        ("unsubscribe_url", None),
        ("preferences_url", None),
        ("archive_url", None),
    ]


def test_slips_in_the_text_pictures_and_template_are_told_together_in_reading_order(
    project: Callable[..., RenderedIssue],
) -> None:
    issue = ISSUE + "\n![Kade](weg.png)\n\n{{ date }}\n\n![Brug](ook-weg.png)\n"

    found = problems(project, issue, TEMPLATE.replace("<mj-text>", "<mj-text kleur='x'>"))

    assert [
        "issues/2026-11-24-vraag.md:11: the picture weg.png is not there",
        "issues/2026-11-24-vraag.md:13:1: {{ date }} stands here, and the issue has no date",
        "issues/2026-11-24-vraag.md:15: the picture ook-weg.png is not there",
        'templates/brief.mjml.j2:12: <mj-text> has no attribute "kleur"',
    ] == found


def test_the_text_ends_in_why_links_and_address(project: Callable[..., RenderedIssue]) -> None:
    text = project().text.fill(VALUES)

    assert text.endswith(
        "—\nJe krijgt deze brief omdat je je hebt ingeschreven voor Helder &\nbestuur.\n\n"
        "Uitschrijven: https://brief.example/unsubscribe/a.b?c=1&d=2\n"
        "Voorkeuren aanpassen: https://brief.example/preferences/a.b\n"
        "Lees online: https://brief.example/archive/x\n\n"
        "Helder & bestuur\nKade 12, Zwolle\n"
    )


def test_the_html_is_what_browsers_and_outlook_need(project: Callable[..., RenderedIssue]) -> None:
    html = project().html.fill(VALUES)

    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="nl" dir="ltr"' in html
    assert "<style" in html
    assert "@media (prefers-color-scheme: dark) { p { color: #eee !important; } }" in html
    assert '<p style="margin:0 0 16px 0">' in html
    assert "fonts.googleapis" not in html
    assert "<!--[if mso" in html


def test_every_part_is_sure_to_go_out_as_utf_8(project: Callable[..., RenderedIssue]) -> None:
    rendered = project()

    assert any(character > "\u00ff" for character in rendered.html.shape())
    assert any(character > "\u00ff" for character in rendered.text.shape())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "<mj-text>",
            "<mj-text kleur='x'>",
            'templates/brief.mjml.j2:12: <mj-text> has no attribute "kleur"',
        ),
        ("</mj-body>", "", "templates/brief.mjml.j2:9: <mj-body> is not closed"),
        ("{{ lang }}", "{{ taal }}", "templates/brief.mjml.j2:1: there is no {{ taal }}"),
        ("{{ content }}", "", "templates/brief.mjml.j2: the template leaves out the letter"),
        ('t("unsubscribe")', 't("unsub")', 'templates/brief.mjml.j2:12: there is no phrase "unsub"'),
        ("slot('unsubscribe_url')", "slot('De Naam')", 'templates/brief.mjml.j2:12: "De Naam" is no name'),
        (
            "p { margin",
            "p:hover { margin",
            'templates/brief.mjml.j2:6: the selector "p:hover" cannot be inlined',
        ),
        ("p { color", "p.{{ slot('rol') }} { color", "{{ rol }} stands in a style sheet"),
    ],
)
def test_a_fault_in_the_template_is_named(
    project: Callable[..., RenderedIssue], old: str, new: str, expected: str
) -> None:
    found = problems(project, template=TEMPLATE.replace(old, new))

    assert any(expected in problem for problem in found), found


def test_faults_of_letter_and_template_are_named_together(project: Callable[..., RenderedIssue]) -> None:
    found = problems(
        project,
        ISSUE.replace("Beste {{ first_name | lezer }}", "Beste {{ first name }}").replace(
            "Hoi {{ first", "Hoi {{ First"
        ),
        TEMPLATE.replace("<mj-text>", "<mj-txt>"),
    )

    assert [problem.partition(": ")[0] for problem in found if "issues/" in problem]
    assert any("templates/brief.mjml.j2:12" in problem for problem in found)
    assert len(found) >= 3


def test_slots_know_the_place_they_stand_in(project: Callable[..., RenderedIssue]) -> None:
    contexts = {hole.context for hole in project().html.holes()}

    assert {SlotContext.HTML, SlotContext.URL} <= contexts


def test_files_that_went_in_are_listed(project: Callable[..., RenderedIssue]) -> None:
    assert set(project().inputs) == {"issue", "config", "templates/brief.mjml.j2"}


def test_two_processes_make_the_same_bytes_and_ask_nothing_of_the_network(
    project: Callable[..., RenderedIssue], tmp_path: Path
) -> None:
    rendered = project()
    script = (
        "import sys; from pathlib import Path; from newsletter.config.schema import *\n"
        "from newsletter.content.loader import load_issue\n"
        "from newsletter.render.pipeline import render_issue\n"
        "config = Config(root=Path(sys.argv[1]), digest='0' * 64, newsletter=NewsletterConfig("
        "name='Helder & bestuur', lang='nl', postal_address='Kade 12, Zwolle', base_url='https://brief.example'),"
        "fields={'first_name': FieldConfig(name='first_name', fallback='jij')})\n"
        "def no_network(event, _):\n"
        "    if event.startswith('socket.'): raise RuntimeError(event)\n"
        "sys.addaudithook(no_network)\n"
        "print(render_issue(load_issue(config.root / 'issues/2026-11-24-vraag.md', config), config).digest)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONHASHSEED": "7"}

    other = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert other.stdout.strip() == rendered.digest
    assert other.stderr == ""


def test_visible_words_are_the_same_in_html_and_text(project: Callable[..., RenderedIssue]) -> None:
    rendered = project()
    body = re.sub(r"<[^>]+>", " ", rendered.html.fill({}))

    assert re.search(r"Een\s+coöperatie\s+is\s+een woord", body)
    assert re.search(r"Een\s+coöperatie\s+is\s+een woord", rendered.text.fill({}))


def test_the_issue_decides_nothing_about_other_templates(project: Callable[..., RenderedIssue]) -> None:
    found = problems(project, ISSUE.replace("template: brief", "template: bief"))

    assert len(found) == 1
    assert 'there is no template "bief"' in found[0]
    assert found[0].startswith("issues/2026-11-24-vraag.md:5")


def test_an_unchanged_value_of_the_document_can_be_given(
    project: Callable[..., RenderedIssue], tmp_path: Path
) -> None:
    from newsletter.content.markdown import parse_markdown

    rendered = project()
    config = Config(root=tmp_path, digest="0" * 64)
    issue = load_issue(tmp_path / "issues/2026-11-24-vraag.md", config)
    document = parse_markdown(replace(issue, body="Iets anders."))

    assert "Iets anders." in render_issue(issue, config, document).html.shape()
    assert rendered.html.shape() != render_issue(issue, config, document).html.shape()
