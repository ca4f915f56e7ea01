"""The gate: nothing leaves without a fresh check of exactly what would leave, and it names what changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from newsletter.checks.outside import Outside
from newsletter.checks.roll_call import RollCall
from newsletter.domain.campaign import Member
from newsletter.domain.finding import Severity
from newsletter.domain.receipt import Noted, Receipt
from newsletter.domain.roll import Roll
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import ChecksFailed, DeliveryRefused
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.project.sending.receipts import Receipts

NAME = "issues/2026-11-24-first.md"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PICTURE = "![A quay in the rain](img/kade.png)"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("gate") / "letters"
    start_newsletter(root, name="Letters", lang="en", today=date(2026, 11, 24))
    draw(root, "navy")
    letter = root / NAME
    letter.write_text(letter.read_text().replace("With kind", f"{PICTURE}\n\nWith kind"))
    with Project.open(root, environment={}) as project:
        project.imports.apply(project.imports.plan(root / "examples/subscribers.csv"), lambda _done: None)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """Return a newsletter with two readers."""
    return shutil.copytree(made, tmp_path / "letters")


def draw(root: Path, colour: str) -> None:
    (root / "issues/img").mkdir(exist_ok=True)
    Image.new("RGB", (90, 60), colour).save(root / "issues/img/kade.png")


def at(root: Path, moment: datetime = NOW) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(moment))


def check(root: Path, moment: datetime = NOW) -> None:
    with at(root, moment) as project:
        assert not project.gate.check(root / NAME).is_blocking


def refusals(root: Path, moment: datetime = NOW, segment: str = "everyone") -> list[str]:
    with at(root, moment) as project:
        return [problem.what for problem in project.gate.judge(root / NAME, segment).problems]


def receipts(root: Path) -> list[Path]:
    return sorted((root / ".newsletter/receipts").glob("*"))


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new, 1))

    return write


def join(root: Path, *names: str) -> None:
    with at(root) as project:
        for name in names:
            email = f"{name}@new.example"
            project.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, lang="en")
            )


def rename(root: Path) -> None:
    (root / "list.csv").write_text("email,first_name\nada@reader.example,Augusta\n")
    with at(root) as project:
        project.imports.apply(project.imports.plan(root / "list.csv"), lambda _done: None)


def runs_of(ids: set[int]) -> tuple[tuple[int, int], ...]:
    """Return `ids` as a roll has them."""
    call = RollCall([])
    for number in sorted(ids):
        call.add(Member(subscriber_id=number, email="", key="", values={}))
    return call.roll.runs


def test_what_was_checked_may_leave_and_the_ledger_knows_why(root: Path) -> None:
    check(root)

    with at(root, NOW + timedelta(hours=1)) as project:
        clearance = project.gate.judge(root / NAME, "everyone").require()
        campaign = project.sending.freeze(project.sending.prepare(root / NAME), clearance)
        kept = project.sending.clearance(campaign.id)

    assert (NOW, clearance) == (clearance.checked_at, kept)


def test_what_was_not_checked_stays(root: Path) -> None:
    with at(root) as project, pytest.raises(DeliveryRefused) as caught:
        project.gate.judge(root / NAME, "everyone").require()

    assert 'this letter was not checked for "everyone"' == caught.value.problems[0].what
    assert f"newsletter check {NAME}" == caught.value.problems[-1].fix


def test_each_audience_is_checked_by_itself(root: Path) -> None:
    check(root)

    with at(root) as project:
        problems = project.gate.judge(root / NAME, "tag:first lang:en").problems

    assert 'it was checked for "everyone"; each audience is checked by itself' == problems[0].why
    assert f"newsletter check {NAME} --to 'tag:first lang:en'" == problems[-1].fix


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (change(NAME, "first letter", "second letter"), [f"{NAME} changed"]),
        (
            change("templates/letter.mjml.j2", "{#", "{# New. "),
            ["the template letter.mjml.j2 changed"],
        ),
        (
            change("templates/letter.mjml.j2", '"packaged/letter.mjml.j2"', '"packaged/digest.mjml.j2"'),
            [
                "the template letter.mjml.j2 changed",
                "the template packaged/digest.mjml.j2 is new",
                "the template packaged/letter.mjml.j2 is no longer used",
            ],
        ),
        (lambda root: (root / "words.txt").write_text("quay\n"), ["words.txt is new"]),
        (lambda root: draw(root, "red"), ["the picture img/kade.png changed"]),
        (change("newsletter.toml", "Your Name", "Her Name"), ["the settings of [sender] changed"]),
        (
            change("newsletter.toml", "[provider]", '[checks]\nignore = {TX012 = "why"}\n[provider]'),
            ["the settings of [checks] changed"],
        ),
        (lambda root: join(root, "one"), ["1 reader joined everyone"]),
        (lambda root: join(root, "a", "b", "c"), ["3 readers joined everyone"]),
        (rename, ["what is known of readers in everyone changed, and it is in the letter"]),
    ],
)
def test_what_changed_since_is_named(root: Path, act: Callable[[Path], object], said: list[str]) -> None:
    check(root)
    act(root)

    found = refusals(root, NOW + timedelta(minutes=5))

    assert [*(f"{one} since the check of 5 minutes ago" for one in said), "nothing was sent"] == [
        one
        for one in found
        if "_" not in one  # parts of templates
    ]
    check(root, NOW + timedelta(minutes=6))
    assert [] == refusals(root, NOW + timedelta(minutes=7))


def test_a_dictionary_that_changed_is_named(root: Path) -> None:
    change("newsletter.toml", "[provider]", '[checks]\ndictionaries = "words"\n[provider]')(root)
    (root / "words").mkdir()
    (root / "words/en_GB.aff").write_text("SET UTF-8\n")
    (root / "words/en_GB.dic").write_text("1\nfirst\n")
    check(root)
    (root / "words/en_GB.dic").write_text("2\nfirst\nsecond\n")

    assert "words/en_GB.dic changed since the check of a moment ago" == refusals(root)[0]


def test_everything_that_changed_is_named_at_once(root: Path) -> None:
    check(root)
    change(NAME, "first letter", "second letter")(root)
    change("newsletter.toml", "Your Name", "Her Name")(root)
    join(root, "one")

    assert 4 == len(refusals(root))


def test_a_reader_who_left_is_no_reason_to_check_again(root: Path) -> None:
    check(root)
    with at(root) as project:
        project.audience.unsubscribe("ada@reader.example")

    assert [] == refusals(root)


def test_a_reader_who_left_hides_no_other_whose_values_changed(root: Path) -> None:
    check(root)
    rename(root)
    with at(root) as project:
        project.audience.unsubscribe("no-name@reader.example")

    assert [
        "1 reader left everyone since the check of a moment ago",
        "what is known of readers in everyone changed",
        "nothing was sent",
    ] == [one.partition(", and")[0] for one in refusals(root)]


def test_what_changes_no_letter_is_no_reason_either(root: Path) -> None:
    check(root)
    change("newsletter.toml", 'name = "outbox"', 'name = "outbox"\nrate = "10/s"')(root)
    (root / "issues/2026-12-01-next.md").write_text("---\nsubject: Next\n---\nSoon.\n")

    assert [] == refusals(root)


@pytest.mark.parametrize(
    ("age", "holds"),
    [
        (timedelta(0), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(minutes=-1), True),
        (timedelta(hours=-1), False),  # a clock that was set back
    ],
)
def test_a_check_holds_for_a_day(root: Path, age: timedelta, holds: bool) -> None:
    check(root)

    assert holds is (refusals(root, NOW + age) == [])


def test_findings_come_before_the_gate(root: Path) -> None:
    check(root)
    change(NAME, "With kind", "[x](x.html)\n\nWith kind")(root)

    with at(root) as project, pytest.raises(ChecksFailed) as caught:
        project.gate.judge(root / NAME, "everyone").require()

    assert any("LK011" in problem.what for problem in caught.value.problems)


def test_a_check_that_does_not_pass_takes_the_receipt_away(root: Path) -> None:
    check(root)
    change(NAME, "With kind", "[x](x.html)\n\nWith kind")(root)

    with at(root) as project:
        assert project.gate.check(root / NAME).is_blocking

    assert [] == receipts(root)


def test_warnings_are_kept_with_the_campaign(root: Path) -> None:
    change(NAME, "With kind", "This is the the one.\n\nWith kind")(root)
    check(root)

    with at(root) as project:
        judgement = project.gate.judge(root / NAME, "everyone")

    assert ["TX006"] == [warning.code for warning in judgement.warnings]
    assert tuple(map(str, judgement.warnings)) == judgement.require().warnings


def test_the_clearance_of_another_text_is_refused(root: Path) -> None:
    check(root)
    with at(root) as project:
        clearance = project.gate.judge(root / NAME, "everyone").require()
        change(NAME, "first letter", "second letter")(root)

        with pytest.raises(DeliveryRefused, match="changed while the plan was on show"):
            project.sending.freeze(project.sending.prepare(root / NAME), clearance)


def test_the_same_check_leaves_the_same_bytes(root: Path) -> None:
    check(root)
    first = [path.read_bytes() for path in receipts(root)]
    check(root)

    assert first == [path.read_bytes() for path in receipts(root)]
    assert 1 == len(first)


def test_a_receipt_that_claims_a_crowd_is_read_as_fast(root: Path) -> None:
    check(root)
    file = receipts(root)[0]
    document = json.loads(file.read_text())
    document["roll"] |= {"ids": f"9-{10**30}", "digest": "other"}
    file.write_text(json.dumps(document))

    assert "2 readers joined everyone since the check of a moment ago" == refusals(root)[0]


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_who_joined_is_counted_as_sets_would(before: set[int], after: set[int]) -> None:
    rolls = [Roll(count=len(ids), runs=runs_of(ids), digest="") for ids in (before, after)]

    assert len(after - before) == rolls[1].count_beyond(rolls[0])


@given(
    st.dictionaries(st.integers(1, 40), st.sampled_from(["", "Jo", "Wim"])),
    st.dictionaries(st.integers(1, 40), st.sampled_from(["", "Jo", "Wim"])),
)
def test_changed_values_are_seen_beside_readers_who_come_and_go_and_never_where_there_are_none(
    before: dict[int, str], after: dict[int, str]
) -> None:
    rolls = [roll_of(names) for names in (before, after)]
    stayed = before.keys() & after.keys()
    groups = min(1 << len(names).bit_length() for names in (before, after))
    moved = {number % groups for number in before.keys() ^ after.keys()}
    changed = {number % groups for number in stayed if before[number] != after[number]}

    found = rolls[1].has_others_changed(rolls[0])

    assert found is bool(changed - moved)


def roll_of(names: dict[int, str]) -> Roll:
    call = RollCall(["name"])
    for number, name in sorted(names.items()):
        call.add(Member(subscriber_id=number, email="", key="", values={"name": name}))
    return call.roll


def test_a_receipt_holds_no_address(root: Path) -> None:
    check(root)

    assert "@" not in receipts(root)[0].read_text()


def test_without_a_list_there_is_no_receipt(root: Path) -> None:
    (root / ".newsletter/newsletter.db").unlink()

    check(root)

    assert [] == receipts(root)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_a_file_that_is_no_receipt_is_none(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("receipts")
    shelf = Receipts(root)
    shelf.keep(RECEIPT)
    receipts(root)[0].write_bytes(data)

    assert shelf.find(RECEIPT.slug, RECEIPT.segment) is None
    assert [] == shelf.segments(RECEIPT.slug)


@given(
    st.builds(
        Receipt,
        slug=st.just("brief"),
        path=st.text(),
        segment=st.text(),
        checked_at=st.timedeltas(timedelta(-9999), timedelta(9999)).map(lambda ago: NOW + ago),
        program=st.text(),
        rules=st.text(),
        inputs=st.dictionaries(st.text(), st.text()),
        settings=st.dictionaries(st.text(), st.text()),
        roll=st.builds(
            Roll,
            count=st.integers(),
            runs=st.sets(st.integers(min_value=0), max_size=9).map(runs_of),
            digest=st.text(),
            marks=st.sampled_from([(), (7,), (0, 65_535), (1, 2, 3, 4)]),
        ),
        stages=st.lists(st.text(), max_size=2).map(tuple),
        findings=st.lists(
            st.builds(
                Noted, code=st.text(), severity=st.sampled_from(Severity), where=st.text(), what=st.text()
            ),
            max_size=2,
        ).map(tuple),
    )
)
def test_a_receipt_is_read_as_it_was_kept(tmp_path_factory: pytest.TempPathFactory, receipt: Receipt) -> None:
    shelf = Receipts(tmp_path_factory.mktemp("receipts"))

    shelf.keep(receipt)

    assert receipt == shelf.find(receipt.slug, receipt.segment)


RECEIPT = Receipt(
    slug="brief",
    path="issues/brief.md",
    segment="alle",
    checked_at=NOW,
    program="1",
    rules="r",
    inputs={"issue": "a"},
    settings={},
    roll=Roll(count=3, runs=((1, 3),), digest="d"),
)


def test_an_upgrade_is_named(root: Path) -> None:
    from newsletter.project.issues.differences import receipt_differences

    newer = replace(RECEIPT, program="2", rules="s")

    assert ["newsletter was 1 and is 2 now"] == receipt_differences(RECEIPT, newer)
    assert ["the checks themselves changed"] == receipt_differences(RECEIPT, replace(RECEIPT, rules="s"))


class Offline(Project):
    """Notes which stages it is asked to open, and asks nobody."""

    def outside(
        self, stages: Iterable[str], tell: Callable[[str], None] = lambda _text: None
    ) -> AbstractContextManager[Outside]:
        self.opened = list(stages)
        return super().outside([], tell)


@pytest.mark.parametrize(("stages", "asked"), [((), []), (("network",), ["network"]), (("browser",), [])])
def test_sending_asks_the_network_again_when_the_check_did(
    root: Path, stages: tuple[str, ...], asked: list[str]
) -> None:
    check(root)
    shelf = Receipts(root)
    receipt = shelf.find("first", "everyone")
    assert receipt is not None
    shelf.keep(replace(receipt, stages=stages))

    with Offline.open(root, environment={}, clock=FixedClock(NOW)) as project:
        assert isinstance(project, Offline)
        project.gate.judge(root / NAME, "everyone").require()

    assert asked == project.opened


def test_a_test_mail_lets_a_changed_template_pass(root: Path) -> None:
    def found() -> list[str]:
        with at(root) as project:
            return [one.code for one in project.issues.check(root / NAME).findings if one.code == "PR011"]

    before = found()
    with at(root) as project:
        project.sending.test(root / NAME, ["ada@reader.example"])
    tested = found()
    change("templates/letter.mjml.j2", "{#", "{# New. ")(root)
    changed = found()
    check(root)
    with at(root) as project:
        clearance = project.gate.judge(root / NAME, "everyone").require()
        project.sending.freeze(project.sending.prepare(root / NAME), clearance)

    assert ([], [], ["PR011"], []) == (before, tested, changed, found())
