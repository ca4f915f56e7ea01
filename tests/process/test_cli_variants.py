"""Letters with conditional blocks, from the command line: each reader gets their own and no other."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from cli_world import Project

EVEN, BOTH = "You are even.", "You are R3."
BLOCKS = """
::: only tag:even
You are even.

::: only first_name:R4
You are R4, {{ first_name }}.
:::
:::

::: only first_name:R3
You are R3.
:::
"""


@pytest.fixture
def varied(project: Project) -> Project:
    """Return a newsletter whose letter has blocks for the even, for R4 among them, and for R3."""
    with project.issue.open("a", encoding="utf-8") as file:
        file.write(BLOCKS)
    project.check()
    return project


def mails(project: Project) -> dict[str, str]:
    found = {}
    for path in (project.root / "outbox").rglob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        text = mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
        assert mail["To"] not in found
        found[mail["To"]] = text
    return found


def blocks_in(text: str) -> list[str]:
    return [block for block in (EVEN, "You are R4", BOTH) if text.count(block) == 2]


def expected(number: int) -> list[str]:
    even = [EVEN] if number % 2 == 0 else []
    return even + (["You are R4"] if number == 4 else []) + ([BOTH] if number == 3 else [])


def test_every_reader_gets_the_blocks_whose_conditions_they_fit(varied: Project):
    plan = varied.run("send", "first", "--dry-run", "--json")
    shown = varied.run("send", "first", "--dry-run")
    sent = varied.run("send", "first", "--yes")

    assert plan.json["conditions"] == ["tag:even", "first_name:R4", "first_name:R3"]
    assert [(one["key"], one["count"], one["shown"]) for one in plan.json["variants"]] == [
        ("000", 19, []),
        ("001", 1, ["first_name:R3"]),
        ("100", 19, ["tag:even"]),
        ("110", 1, ["tag:even", "first_name:R4"]),
    ]
    assert "19 readers with tag:even" in shown.err
    assert "19 readers with no conditional block" in shown.err
    assert sent.code == 0, sent.err
    found = mails(varied)
    assert {email: blocks_in(text) for email, text in found.items()} == {
        f"r{number:02}@x.example": expected(number) for number in range(40)
    }


def test_after_a_kill_the_rest_get_their_own_letters_and_a_changed_condition_is_refused(varied: Project):
    varied.configure('rate = "1/s"')
    sender = varied.start("send", "first", "--yes")
    varied.wait_for_mails(2)
    sender.kill()
    sender.communicate()
    kept = varied.issue.read_text("utf-8")
    for old, new in (("only tag:even", "only tag:odd"), ("You are R3.", "You are no R3."), (BLOCKS, "")):
        varied.issue.write_text(kept.replace(old, new), "utf-8")

        refused = varied.run("resume")

        assert (refused.code, "the issue, or a picture in it, changed" in refused.err) == (5, True), (
            refused.err
        )
    varied.issue.write_text(kept, "utf-8")
    toml = varied.root / "newsletter.toml"
    toml.write_text(toml.read_text("utf-8").replace('rate = "1/s"', ""), "utf-8")

    done = varied.run("resume")

    assert done.code == 0, done.err
    assert {email: blocks_in(text) for email, text in mails(varied).items()} == {
        f"r{number:02}@x.example": expected(number) for number in range(40)
    }


def test_a_build_shows_every_block_or_those_of_one_reader(varied: Project):
    whole = varied.run("build", "first", "-o", "all")
    one = varied.run("build", "first", "--as", "R02@x.example", "-o", "one")

    assert (whole.code, "Every conditional block is shown" in whole.err) == (0, True)
    assert (one.code, "Every conditional block" in one.err) == (0, False)
    assert blocks_in(built(varied, "all")) == [EVEN, "You are R4", BOTH]
    assert blocks_in(built(varied, "one")) == [EVEN]
    manifest = json.loads((varied.root / "all/manifest.json").read_text("utf-8"))
    assert manifest["variant"] == {
        "key": "111",
        "is_every_block": True,
        "shown": ["tag:even", "first_name:R4", "first_name:R3"],
    }
    assert [(each["key"], each["readers"]) for each in manifest["variants"]] == [
        ("110", 1),
        ("100", 19),
        ("001", 1),
        ("000", 19),
    ]
    other = json.loads((varied.root / "one/manifest.json").read_text("utf-8"))
    assert other["variant"] == {"key": "100", "is_every_block": False, "shown": ["tag:even"]}


def built(project: Project, folder: str) -> str:
    directory: Path = project.root / folder
    return "".join((directory / f"first.{kind}").read_text("utf-8") for kind in ("html", "txt"))


def test_a_test_mail_is_the_readers_own_and_a_stranger_gets_every_block(varied: Project):
    done = varied.run("send", "first", "--test", "r04@x.example", "--test", "new@y.example")

    assert done.code == 0, done.err
    assert {email: blocks_in(text) for email, text in mails(varied).items()} == {
        "r04@x.example": [EVEN, "You are R4"],
        "new@y.example": [EVEN, "You are R4", BOTH],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "first"),
        ("build", "first"),
        ("send", "first", "--dry-run"),
        ("send", "first", "--test", "a@b.nl"),
    ],
)
def test_a_wrong_condition_stops_everything_with_its_place(varied: Project, arguments: tuple[str, ...]):
    text = varied.issue.read_text("utf-8")
    text = text.replace("only tag:even", "only tga:even").replace("only first_name:R3", "only lang:")
    varied.issue.write_text(text, "utf-8")
    line = text.split("\n").index("::: only tga:even") + 1

    done = varied.run(*arguments)

    said = " ".join((done.out + done.err).split()).replace(".md ", ".md:")
    assert done.code == (1 if arguments[0] == "check" else 3), said
    assert f"{varied.issue.relative_to(varied.root)}:{line}:10" in said
    assert "tag:" in said
    assert f"{line + 8}:" in said


def test_more_letters_than_anybody_can_look_at_are_refused(project: Project):
    with project.issue.open("a", encoding="utf-8") as file:
        for number in range(33):
            file.write(f"\n::: only first_name:R{number}\nYou are R{number}.\n:::\n")

    for arguments in (("send", "first", "--dry-run"), ("check", "first")):
        done = project.run(*arguments)

        said = " ".join((done.out + done.err).split())
        assert done.code == (1 if arguments[0] == "check" else 3), said
        assert "34 different letters" in said
        assert "first_name:R7 (line " in said
        assert "put blocks for the same readers under one condition" in said
