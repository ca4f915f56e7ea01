"""The logo and the written name of the theme come with the letter, where it shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from newsletter.config.reader import load_config
from newsletter.content.loader import load_issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.errors import ConfigError, ContentError
from newsletter.render.pipeline import render_issue

CONFIG = '[newsletter]\nname = "Brief"\nbase_url = "https://brief.example"\n{}\n[theme]\n{}\n'
SIGNED = "Beste lezer,\n\nTekst.\n\n::: signature\nHartelijke groet,\n\n**Ada**\n:::\n"


def render(
    root: Path, theme: str, body: str = SIGNED, template: str = "letter", more: str = ""
) -> RenderedIssue:
    (root / "newsletter.toml").write_text(CONFIG.format(more, theme), "utf-8")
    (root / "issues").mkdir(exist_ok=True)
    path = root / "issues/2026-11-24-x.md"
    path.write_text(f'---\nsubject: "S"\ntemplate: {template}\n---\n{body}', "utf-8")
    config = load_config(root / "newsletter.toml", environment={})
    return render_issue(load_issue(path, config), config)


def html(rendered: RenderedIssue) -> str:
    return "".join(part for part in rendered.html.parts if isinstance(part, str))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "img").mkdir()
    Image.new("RGB", (480, 120), "#1f5f5b").save(tmp_path / "img/logo@2x.png")
    Image.new("RGB", (100, 40), "#2b2721").save(tmp_path / "img/hand.png")
    return tmp_path


@pytest.mark.parametrize("template", ["letter", "digest", "announcement"])
def test_the_logo_stands_above_the_letter_no_wider_than_asked(root: Path, template: str) -> None:
    rendered = render(root, 'logo = "img/logo@2x.png"\nlogo_width = 160', template=template)

    (file,) = rendered.pictures
    assert f'src="{file.url}"' in html(rendered)
    assert '<img width="160" height="40" alt="Brief"' in html(rendered)


def test_the_written_name_stands_below_the_greeting_and_only_where_there_is_one(root: Path) -> None:
    signed = render(root, 'signature_image = "img/hand.png"')
    unsigned = render(root, 'signature_image = "img/hand.png"', body="Beste lezer,\n\nTekst.\n")

    (file,) = signed.pictures
    shown = html(signed)
    assert shown.index("Hartelijke groet,") < shown.index(file.url) < shown.index("Ada")
    assert 'width="100" height="40"' in shown
    assert () == unsigned.pictures


def test_another_logo_makes_another_letter(root: Path) -> None:
    before = render(root, 'logo = "img/logo@2x.png"')
    Image.new("RGB", (480, 120), "#5b1f5f").save(root / "img/logo@2x.png")

    after = render(root, 'logo = "img/logo@2x.png"')

    assert before.digest != after.digest


def test_a_template_that_shows_no_logo_carries_none(root: Path) -> None:
    (root / "templates").mkdir()
    (root / "templates/bare.mjml.j2").write_text("<mjml><mj-body>{{ content }}</mj-body></mjml>")

    rendered = render(
        root, 'logo = "img/logo@2x.png"', template="bare", more='[images]\ndelivery = "embedded"'
    )

    assert () == rendered.pictures


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("img/weg.png", "is not a file"),
        ("img", "is not a file"),
        ("../buiten.png", "lies outside the project"),
        ("/etc/hostname", "is not a path in this project"),
        ("https://brief.example/logo.png", "is not a path in this project"),
        ("", "is not a path in this project"),
        ("x" * 5000, "is not a file"),
    ],
)
def test_a_logo_that_is_not_there_is_named_with_its_line(root: Path, value: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        render(root, f'logo = "{value}"')

    (problem,) = caught.value.problems
    assert what in problem.what
    assert problem.place is not None
    assert problem.place.line == 6
    assert problem.fix


def test_a_logo_that_no_mail_program_shows_is_refused_at_the_configuration(root: Path) -> None:
    (root / "img/logo.png").write_text("no picture")

    with pytest.raises(ContentError, match=r"newsletter\.toml.*\[theme\] logo"):
        render(root, 'logo = "img/logo.png"')
