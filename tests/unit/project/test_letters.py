"""The letters of an issue: which occur, for whom, and what a reader or a stranger is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, NewsletterConfig, SegmentConfig, SenderConfig
from newsletter.domain.address import Mailbox
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import ContentError, UsageError
from newsletter.project import Project

LETTER = """---
subject: Kort nieuws
segment: lang:nl
template: brief
---
Beste lezer,

::: only tag:a
Voor a.

::: only tag:b
Voor a en b.
:::
:::

::: only tag:c
Voor c.
:::
"""
TEMPLATE = "<mjml><mj-body>{{ content }}<mj-section><mj-column></mj-column></mj-section></mj-body></mjml>"


@pytest.fixture
def project(tmp_path: Path):
    (tmp_path / "issues").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/brief.mjml.j2").write_text(TEMPLATE)
    config = Config(
        root=tmp_path,
        newsletter=NewsletterConfig(lang="nl", template="brief", base_url="https://brief.example"),
        sender=SenderConfig(from_=Mailbox(name="An", email="an@brief.example")),
    )
    with Project(config) as project:
        for number, tags in enumerate(("", "b", "ab", "a", "abc", "c", "bc")):
            email = f"r{number}@lezer.example"
            project.store.subscribers.add(
                Subscriber(
                    id=0,
                    email=email,
                    key=email,
                    status=SubscriberStatus.ACTIVE,
                    lang="nl",
                    tags=frozenset(tags),
                )
            )
        yield project


@pytest.fixture
def issue(project: Project) -> Path:
    path = project.config.root / "issues/2026-11-24-kort.md"
    path.write_text(LETTER)
    return path


def test_the_variants_that_occur_come_with_their_numbers_and_a_reader(project: Project, issue: Path):
    found = project.issues.variants(issue)

    assert [(one.key, one.count, one.example_email, one.conditions) for one in found] == [
        ("111", 1, "r4@lezer.example", ("tag:a", "tag:b", "tag:c")),
        ("110", 1, "r2@lezer.example", ("tag:a", "tag:b")),
        ("100", 1, "r3@lezer.example", ("tag:a",)),
        ("001", 2, "r5@lezer.example", ("tag:c",)),
        ("000", 2, "r0@lezer.example", ()),
    ]


def test_variants_of_another_segment_and_of_a_text_not_saved_yet(project: Project, issue: Path):
    data = LETTER.replace("::: only tag:c", "::: only tag:b").encode()

    found = project.issues.variants(issue, "tag:a", data=data)

    assert [(one.key, one.count) for one in found] == [("11", 2), ("10", 1)]


def test_a_block_and_an_audience_can_be_saved_segments_that_draw_on_each_other(
    project: Project, issue: Path
) -> None:
    saved = {"a": "tag:a", "both": "segment:a tag:b", "everybody": "sample:100%@draw"}
    segments = {
        name: SegmentConfig(name=name, where=where, description=f"Those of {name}")
        for name, where in saved.items()
    }
    data = b"---\nsubject: x\n---\nDag.\n\n::: only segment:both\nVoor a en b.\n:::\n"

    with Project(replace(project.config, segments=segments)) as with_segments:
        sizes = {one.name: (one.count, one.description) for one in with_segments.audience.segments()}
        found = with_segments.issues.variants(issue, "a", data=data)

    assert sizes == {
        "a": (3, "Those of a"),
        "both": (2, "Those of both"),
        "everybody": (7, "Those of everybody"),
    }
    assert [(one.key, one.count) for one in found] == [("1", 2), ("0", 1)]


def test_a_letter_for_everybody_has_no_variants_to_tell(project: Project, issue: Path):
    assert project.issues.variants(issue, data=b"---\nsubject: x\n---\nDag.") == ()


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        (None, ["Voor a.", "Voor a en b.", "Voor c."]),
        ("r1@lezer.example", []),
        ("R2@LEZER.example", ["Voor a.", "Voor a en b."]),
    ],
)
def test_a_reader_is_shown_their_own_letter_and_nobody_every_block(
    project: Project, issue: Path, email: str | None, shown: list[str]
):
    letter = project.issues.preview(issue, as_email=email)

    assert [line for line in letter.text.split("\n") if line.startswith("Voor ")] == shown
    assert all(line in letter.html for line in shown)


def test_letters_that_come_out_equal_are_one(project: Project, issue: Path):
    issue.write_text(LETTER.replace("Voor c.", "Beste lezer,") + "\n::: only -tag:c\nBeste lezer,\n:::\n")

    letters = project.issues.letters(project.issues.load(issue)).render_for("-tag:a")

    assert list(letters.letters) == ["0001"]
    assert letters.key_of("0010") == letters.key_of("0110") == "0001"


def test_a_wrong_condition_is_told_together_with_everything_else(project: Project, issue: Path):
    issue.write_text(LETTER.replace("only tag:b", "only tga:b") + "\n[x](javascript:y)\n")

    with pytest.raises(ContentError) as caught:
        project.issues.preview(issue)

    assert [problem.place.line for problem in caught.value.problems if problem.place] == [11, 20]


def test_a_wrong_segment_is_told(project: Project, issue: Path):
    with pytest.raises(UsageError, match="tga"):
        project.issues.variants(issue, "tga:a")
