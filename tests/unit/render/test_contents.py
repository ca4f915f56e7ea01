"""The table of contents is read from the letter as it was rendered."""

from pathlib import Path

import pytest

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.domain.issue import Issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.render.contents import read_contents
from newsletter.render.pipeline import render_issue

LISTED = (
    '<mjml lang="nl" dir="ltr"><mj-body>{{ content }}<mj-section><mj-column><mj-text>'
    '{% for part in contents %}<a href="#{{ part.id }}">{{ part.level }} {{ part.label }}</a>; {% endfor %}'
    "</mj-text></mj-column></mj-section></mj-body></mjml>"
)

VALUES = {"naam": "Zoë", "unsubscribe_url": "u", "preferences_url": "p", "archive_url": "a"}


def render(root: Path, body: str) -> str:
    return rendered(root, body).html.fill(VALUES)


def rendered(root: Path, body: str, template: str = LISTED) -> RenderedIssue:
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates/list.mjml.j2").write_text(template, "utf-8")
    issue = Issue(
        path=root / "issues/x.md",
        shown_path="issues/x.md",
        slug="x",
        subject="S",
        lang="nl",
        template="list",
        body=body,
        body_line=1,
        digest="0" * 64,
    )
    return render_issue(issue, Config(root=root, newsletter=NewsletterConfig(name="N")))


def test_every_heading_is_listed_in_order_and_can_be_jumped_to(tmp_path: Path) -> None:
    html = render(tmp_path, "## Een *kop*\n\nx\n\n### Twee & <drie>\n\n::: note\n## Vier\n:::\n")

    assert '<a href="#section-1">2 Een kop</a>' in html
    assert '<a href="#section-2">3 Twee &amp; &lt;drie&gt;</a>' in html
    assert '<a href="#section-3">2 Vier</a>' in html
    assert [f'id="section-{number}"' in html for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_name_in_a_heading_is_filled_in_the_list_too(tmp_path: Path) -> None:
    html = render(tmp_path, "## Voor {{ naam | jou }}\n\nx\n")

    assert html.count("Voor Zoë") == 2


@pytest.mark.parametrize(
    "mjml", ["", "<p>geen kop</p>", '<h2 id="section-1">  </h2>', '<h2 id="eigen">x</h2>']
)
def test_what_is_no_heading_of_the_letter_is_not_listed(mjml: str) -> None:
    assert () == read_contents(mjml)


def test_plain_text_begins_with_the_list_that_the_template_shows(tmp_path: Path) -> None:
    text = rendered(tmp_path, "## Voor {{ naam | jou }}\n\nx\n\n## B & *c*\n\ny\n").text.fill(VALUES)

    assert text.startswith("In deze brief:\n\n1. Voor Zoë\n2. B & c\n\n\nVoor Zoë\n")


def test_plain_text_has_no_list_where_the_template_shows_none(tmp_path: Path) -> None:
    bare = LISTED.replace("{% for part in contents %}", "{% for part in [] %}")

    text = rendered(tmp_path, "## A\n\nx\n\n## B\n\ny\n", bare).text.fill(VALUES)

    assert "In deze brief" not in text
