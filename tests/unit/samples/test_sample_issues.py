"""The issues of this project build without a single note, and keep to what is asked of a good letter."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from newsletter.config.reader import load_config
from newsletter.config.schema import Config
from newsletter.content.loader import load_issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.project import Project
from newsletter.render.pipeline import render_issue

ROOT = Path(__file__).parents[3]
ISSUES = sorted((ROOT / "issues").glob("*.md"))
MONTHS = {"december": 12, "november": 11}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(ROOT / "newsletter.toml", environment={})


@pytest.fixture(scope="module", params=ISSUES, ids=lambda path: path.stem)
def rendered(request: pytest.FixtureRequest, config: Config) -> RenderedIssue:
    return render_issue(load_issue(request.param, config), config)


def test_an_issue_builds_without_notes_well_below_the_size_that_is_clipped(rendered: RenderedIssue) -> None:
    html = "".join(part for part in rendered.html.parts if isinstance(part, str))

    assert rendered.notes == ()
    assert len(html.encode()) < 40_000
    assert sum(len(style) for style in re.findall(r"<style.*?</style>", html, re.DOTALL)) < 8_000


def test_the_only_fields_asked_of_a_reader_have_a_fallback(rendered: RenderedIssue) -> None:
    fields = {slot.name: slot.fallback for slot in rendered.slots if not slot.is_link}

    assert set(fields) == {"first_name"}
    assert all(fields.values())


def test_html_and_text_hold_every_link_to_leave_to_choose_and_to_read_online(rendered: RenderedIssue) -> None:
    links = {"unsubscribe_url", "preferences_url", "archive_url"}

    for part in (rendered.html, rendered.text):
        assert links <= {hole.slot.name for hole in part.holes()}


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_the_inbox_line_fits(path: Path, config: Config) -> None:
    issue = load_issue(path, config)

    assert len(issue.subject) <= 60
    assert 40 <= len(issue.preheader) <= 100
    assert issue.date is not None
    assert issue.date.date() == date.fromisoformat(path.name[:10])


def test_the_dutch_weekdays_fit_their_dates() -> None:
    text = ISSUES[0].read_text(encoding="utf-8")

    found = re.findall(rf"({'|'.join(WEEKDAYS)}) (\d+) (\w+)", text)

    assert found
    for weekday, day, month in found:
        assert WEEKDAYS[date(2026, MONTHS[month], int(day)).weekday()] == weekday


def test_the_dutch_letter_is_about_seven_hundred_words() -> None:
    body = ISSUES[0].read_text(encoding="utf-8").split("---\n", 2)[2]
    body = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", body)

    assert 650 <= len(re.findall(r"[\w’'-]+", body)) <= 750


@pytest.mark.parametrize("template", ["letter", "digest", "announcement"])
@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_an_issue_is_clean_in_every_template(tmp_path: Path, path: Path, template: str) -> None:
    settings = {"newsletter.template": template, "store.url": f"sqlite:///{tmp_path}/none.db"}

    with Project.open(ROOT, overrides=settings, environment={}) as project:
        report = project.issues.check(path, strict=True)

    assert [] == list(report.findings)
