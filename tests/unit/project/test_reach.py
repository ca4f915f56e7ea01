"""Who would get an issue, and finding readers: on a real list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter.domain.address import address_key
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.readers.reader_search import search_readers
from newsletter.project.sending.reach import find_reach

ROOT = Path(__file__).parents[3]
NAME = "2026-11-24-appgroep.md"


def reader(email: str, name: str, *tags: str, status: SubscriberStatus) -> Subscriber:
    return Subscriber(
        id=0,
        email=email,
        key=address_key(email),
        status=status,
        fields={"first_name": name} if name else {},
        tags=frozenset(tags),
    )


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Project]:
    shutil.copytree(ROOT / "issues", tmp_path / "issues")
    shutil.copy(ROOT / "newsletter.toml", tmp_path)
    with Project.open(tmp_path) as project:
        yield project


@pytest.fixture
def project(bare: Project) -> Project:
    for one in (
        reader("anna@meerdijk.example", "Anna Maria", "gemeente", status=SubscriberStatus.ACTIVE),
        reader("zoe@meerdijk.example", "Zoë", "gemeente", status=SubscriberStatus.ACTIVE),
        reader("bob@meerdijk.example", "Bob", "gemeente", status=SubscriberStatus.PAUSED),
        reader("piet@water.example", "", "waterschap", status=SubscriberStatus.ACTIVE),
    ):
        bare.store.subscribers.add(one)
    return bare


def test_the_reach_is_who_would_be_mailed_and_who_is_left_out_and_why(project: Project) -> None:
    issue = project.issues.load(project.config.root / "issues" / NAME)

    reach = find_reach(project, issue)

    assert ("gemeenten", 2) == (reach.segment, reach.count)
    assert [(1, "paused")] == [(one.count, one.reason) for one in reach.left_out]


CONDITIONAL = """
::: only first_name:Bob
Bobs alinea.
:::

::: only tag:gemeente first_name:Zoë
Zoës alinea.
:::
""".encode()


def test_the_reach_has_every_version_of_a_letter_with_conditions(project: Project) -> None:
    path = project.config.root / "issues" / NAME
    issue = project.issues.load(path, path.read_bytes() + CONDITIONAL)

    reach = find_reach(project, issue)

    assert [("zoe@meerdijk.example", 1), ("anna@meerdijk.example", 1)] == [
        (one.example_email, one.count) for one in reach.variants
    ]


@pytest.mark.parametrize(
    ("email", "has_block"), [("zoe@meerdijk.example", True), ("anna@meerdijk.example", False)]
)
def test_the_message_is_the_reader_s_version_of_the_letter(
    project: Project, email: str, *, has_block: bool
) -> None:
    path = project.config.root / "issues" / NAME

    mail = message_from_bytes(
        project.issues.message(path, as_email=email, data=path.read_bytes() + CONDITIONAL),
        policy=policy.default,
    )

    text = mail.get_body(("plain",))
    assert text is not None
    assert has_block is ("Zoës alinea." in text.get_content())


def test_without_a_segment_the_reach_shows_which_there_are(project: Project) -> None:
    path = project.config.root / "issues" / NAME
    issue = project.issues.load(path, path.read_bytes().replace(b"segment: gemeenten\n", b""))

    reach = find_reach(project, issue)

    assert reach.segment is None
    assert {"gemeenten": 2, "waterschappen": 1, "english": 0} == {
        one.name: one.count for one in reach.segments
    }


def test_without_a_list_the_reach_says_what_to_type(bare: Project) -> None:
    issue = bare.issues.load(bare.config.root / "issues" / NAME)

    with pytest.raises(UsageError, match="newsletter subscribers import FILE --apply"):
        find_reach(bare, issue)

    assert not bare.has_store


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("meerdijk", ["anna@meerdijk.example", "zoe@meerdijk.example"]),
        ("MARIA", ["anna@meerdijk.example"]),
        ("zoë meer", ["zoe@meerdijk.example"]),
        ("piet", ["piet@water.example"]),
        ("bob", []),
        ("100% sure_", []),
        ("'; DROP TABLE subscriber --", []),
        ("  ", []),
    ],
)
def test_readers_are_found_by_every_word_of_what_is_typed(
    project: Project, text: str, found: list[str]
) -> None:
    assert found == [one.email for one in search_readers(project, text)]


def test_a_search_stops_at_its_limit_and_shows_the_names(project: Project) -> None:
    assert ["anna@meerdijk.example (Anna Maria)"] == [
        one.label for one in search_readers(project, "example", most=1)
    ]


def test_the_message_is_what_build_writes(project: Project, tmp_path: Path) -> None:
    path = project.config.root / "issues" / NAME

    mail = project.issues.message(path, as_email="anna@meerdijk.example")
    built = project.issues.build(path, tmp_path / "out", as_email="anna@meerdijk.example")

    assert mail == next(one for one in built.files if one.suffix == ".eml").read_bytes()
    assert "anna@meerdijk.example" == message_from_bytes(mail, policy=policy.default)["To"]


def test_the_message_of_a_text_not_saved_is_of_that_text(project: Project) -> None:
    path = project.config.root / "issues" / NAME
    data = path.read_bytes().replace(b"Valt jullie appgroep", b"Valt jouw appgroep")

    mail = project.issues.message(path, data=data)

    assert message_from_bytes(mail, policy=policy.default)["Subject"].startswith("Valt jouw appgroep")


def test_the_reach_of_an_issue_in_two_languages_has_both(project: Project) -> None:
    path = project.config.root / "issues" / NAME
    dutch, english = (path.with_name(f"{path.stem}.{lang}.md") for lang in ("nl", "en"))
    english.write_text(path.read_text("utf-8").replace("lang: nl\n", "lang: en\n"), "utf-8")
    path.rename(dutch)
    briton = reader("sue@meerdijk.example", "Sue", "gemeente", status=SubscriberStatus.ACTIVE)
    project.store.subscribers.add(replace(briton, lang="en-GB"))

    found = [find_reach(project, project.issues.load(one)).languages for one in (dutch, english)]

    assert found[0] == found[1]
    assert [(one.lang, one.name, one.count, one.falling_back) for one in found[0]] == [
        ("nl", dutch.stem, 2, 2),
        ("en", english.stem, 1, 0),
    ]
