"""Planning an import: what each row would do, and that nobody who left comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.import_plan import ImportOptions, ImportPlan, plan_import
from newsletter.audience.importing import Addition, Difference, KeptOutReason, Update
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError

CONFIG = Config(
    root=Path("/project"),
    fields={
        "first_name": FieldConfig(name="first_name"),
        "organisation": FieldConfig(name="organisation"),
        "score": FieldConfig(name="score", type=FieldType.NUMBER),
        "born": FieldConfig(name="born", type=FieldType.DATE),
        "vip": FieldConfig(name="vip", type=FieldType.BOOLEAN),
    },
)
ANNA = Subscriber(
    id=1,
    email="Anna@b.example",
    key="anna@b.example",
    status=SubscriberStatus.ACTIVE,
    lang="nl",
    fields={"first_name": "Anna", "score": 3},
    tags=frozenset({"gemeente"}),
    joined=datetime(2023, 1, 1, tzinfo=UTC),
    source="beurs",
)


@dataclass
class KnownReaders:
    """The list as it is, in memory; `asked` has the size of each question."""

    readers: tuple[Subscriber, ...] = ()
    suppressions: Mapping[str, SuppressionReason] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def lookup(self, keys: Sequence[str]) -> Mapping[str, Subscriber]:
        self.asked.append(len(keys))
        return {reader.key: reader for reader in self.readers if reader.key in keys}

    def suppressed(self, keys: Sequence[str]) -> Mapping[str, SuppressionReason]:
        return {key: reason for key, reason in self.suppressions.items() if key in keys}


def plan(
    directory: Path,
    content: str,
    *readers: Subscriber,
    options: ImportOptions | None = None,
    **suppressed: str,
) -> ImportPlan:
    path = directory / "lijst.csv"
    path.write_text(content, encoding="utf-8")
    suppressions = {f"{name}@b.example": SuppressionReason(reason) for name, reason in suppressed.items()}
    return plan_import(open_table(path), CONFIG, KnownReaders(readers, suppressions), options)


def test_a_new_reader_is_added_with_everything_the_row_says(tmp_path: Path) -> None:
    content = (
        "E-mailadres;Voornaam;Organisatie;score;born;vip;Tags;Taal;Status;joined;confirmed;bron\n"
        "Bo@B.Example; Bo ;Gemeente Ä;7;1980-02-29;ja;Gemeente|pers gemeente;NL;actief;"
        "2024-01-16;2024-01-17T12:30:00+01:00;beurs\n"
    )

    found = plan(tmp_path, content)

    assert list(found.changes()) == [
        Addition(
            line=2,
            email="Bo@b.example",
            key="bo@b.example",
            status=SubscriberStatus.ACTIVE,
            lang="nl",
            fields={
                "first_name": "Bo",
                "organisation": "Gemeente Ä",
                "score": 7,
                "born": "1980-02-29",
                "vip": True,
            },
            tags=frozenset({"Gemeente", "pers"}),
            joined=datetime(2024, 1, 16, tzinfo=UTC),
            confirmed=datetime(2024, 1, 17, 11, 30, tzinfo=UTC),
            source="beurs",
        )
    ]
    assert (found.total, found.added, found.warnings) == (1, 1, ())


def test_a_list_of_addresses_alone_adds_active_readers_from_this_file(tmp_path: Path) -> None:
    (change,) = plan(tmp_path, "email\na@b.example\n").changes()

    assert isinstance(change, Addition)
    assert (change.status, change.source, change.fields) == (SubscriberStatus.ACTIVE, "import lijst.csv", {})


def test_a_known_reader_is_updated_with_what_differs(tmp_path: Path) -> None:
    content = (
        "email,first_name,score,tags,joined,source\nANNA@B.EXAMPLE,Ans,,pers GEMEENTE,2024-05-05,elders\n"
    )

    (change,) = plan(tmp_path, content, ANNA).changes()

    assert isinstance(change, Update)
    assert change.differences == (
        Difference(name="tag", before="gemeente", after="gemeente pers"),
        Difference(name="first_name", before="Anna", after="Ans"),
    )
    assert change.after == replace(
        ANNA, fields={"first_name": "Ans", "score": 3}, tags=frozenset({"gemeente", "pers"})
    )


def test_a_row_that_says_nothing_new_changes_nothing(tmp_path: Path) -> None:
    found = plan(tmp_path, "email,first_name,lang,tags\nanna@b.example,Anna,,gemeente\n", ANNA)

    assert (found.unchanged, list(found.changes())) == (1, [])


def test_tags_are_replaced_when_asked(tmp_path: Path) -> None:
    options = ImportOptions(replaces_tags=True)

    (change,) = plan(tmp_path, "email,tags\nanna@b.example,pers\n", ANNA, options=options).changes()

    assert isinstance(change, Update)
    assert change.after.tags == {"pers"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (SubscriberStatus.UNSUBSCRIBED, KeptOutReason.UNSUBSCRIBED),
        (SubscriberStatus.SUSPENDED, KeptOutReason.BOUNCED),
        (SubscriberStatus.COMPLAINED, KeptOutReason.COMPLAINED),
        (SubscriberStatus.ERASED, KeptOutReason.ERASED),
    ],
)
@pytest.mark.parametrize("row_status", ["", "active", "pending", "paused"])
def test_nobody_who_left_comes_back(
    tmp_path: Path, status: SubscriberStatus, reason: KeptOutReason, row_status: str
) -> None:
    content = f"email,status,first_name\nAnna@B.example,{row_status},Anders\n"

    found = plan(tmp_path, content, replace(ANNA, status=status))

    assert [kept.reason for kept in found.kept_out] == [reason]
    assert list(found.changes()) == []


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_is_kept_out_known_or_not(tmp_path: Path, reason: SuppressionReason) -> None:
    content = "email,first_name\nanna@b.example,Anders\n"

    for readers in ((), (ANNA,)):
        found = plan(tmp_path, content, *readers, anna=str(reason))
        assert (len(found.kept_out), found.added, found.updated) == (1, 0, 0)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("unsubscribed", SubscriberStatus.UNSUBSCRIBED),
        ("Afgemeld", SubscriberStatus.UNSUBSCRIBED),
        ("cleaned", SubscriberStatus.SUSPENDED),
        ("bounced", SubscriberStatus.SUSPENDED),
        ("complained", SubscriberStatus.COMPLAINED),
        ("uitgeschreven", SubscriberStatus.UNSUBSCRIBED),
    ],
)
def test_a_row_may_say_that_a_reader_left(tmp_path: Path, word: str, status: SubscriberStatus) -> None:
    content = f"email,status\nanna@b.example,{word}\nnieuw@b.example,{word}\n"

    known, new = plan(tmp_path, content, ANNA).changes()

    assert isinstance(known, Update)
    assert isinstance(new, Addition)
    assert known.after.status is new.status is status


@pytest.mark.parametrize("status", [SubscriberStatus.PENDING, SubscriberStatus.PAUSED])
def test_a_row_does_not_confirm_or_wake_a_reader(tmp_path: Path, status: SubscriberStatus) -> None:
    found = plan(tmp_path, "email,status\nanna@b.example,active\n", replace(ANNA, status=status))

    assert found.unchanged == 1


def test_one_address_on_two_lines_is_one_reader_and_the_first_line_counts(tmp_path: Path) -> None:
    content = "email,first_name\na@b.example,Een\nA@B.EXAMPLE,Twee\n"

    found = plan(tmp_path, content)

    assert [change.line for change in found.changes()] == [2]
    assert (found.total, found.added, found.doubles) == (2, 1, 1)
    assert "line 2 already" in found.warnings[0].what
    assert str(found.warnings[0].place).endswith(":3")


def test_who_left_on_any_line_has_left(tmp_path: Path) -> None:
    rows = ["a@b.example,active", "anna@b.example,active", "a@b.example,unsubscribed", "ANNA@b.example,spam"]
    content = "\n".join(["email,status", *rows])

    found = plan(tmp_path, content, ANNA)
    new, known = found.changes()

    assert isinstance(new, Addition)
    assert isinstance(known, Update)
    assert (new.status, known.after.status) == (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED)
    assert (found.added, found.updated, found.doubles) == (1, 1, 2)
    assert found.added_by_status == {SubscriberStatus.UNSUBSCRIBED: 1}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("status", "slapend", "is not a status"),
        ("status", "erased", "is not a status"),
        ("lang", "nederlands", "language tag"),
        ("joined", "4-9-2023", "two days"),
        ("joined", "2024-02-30", "not a day of the calendar"),
        ("joined", "2024-01-01 25:00", "not a time"),
        ("score", "1,5", "score: "),
        ("born", "gisteren", "born: "),
        ("vip", "misschien", "vip: "),
        ("first_name", "A\x07", "control character stands in first_name"),
        ("source", "A\x07", "control character stands in the source"),
        ("tags", "x" * 101, "a tag is longer"),
    ],
)
def test_a_value_that_cannot_be_taken_refuses_its_row(
    tmp_path: Path, column: str, value: str, said: str
) -> None:
    content = f'email;{column}\na@b.example;"{value}"\nb@b.example;"{value}"\nc@b.example;\n'

    found = plan(tmp_path, content)

    assert [refusal.line for refusal in found.refused] == [2, 3]
    assert all(said in refusal.reason for refusal in found.refused)
    assert found.added == 1


def test_who_left_has_left_whatever_else_stands_in_the_row(tmp_path: Path) -> None:
    content = "email,status,joined\nanna@b.example,unsubscribed,31-31-2024\nb@b.example,spam,gisteren\n"

    found = plan(tmp_path, content, ANNA)
    known, new = found.changes()

    assert isinstance(known, Update)
    assert isinstance(new, Addition)
    assert (known.after.status, new.status) == (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED)
    assert found.refused == ()


@pytest.mark.parametrize(
    ("column", "status"),
    [
        ("UNSUB_TIME", SubscriberStatus.UNSUBSCRIBED),
        ("unsubscribed_at", SubscriberStatus.UNSUBSCRIBED),
        ("Uitgeschreven op", SubscriberStatus.UNSUBSCRIBED),
        ("CLEAN_TIME", SubscriberStatus.SUSPENDED),
    ],
)
def test_a_file_that_says_when_readers_left_says_that_they_left(
    tmp_path: Path, column: str, status: SubscriberStatus
) -> None:
    rows = [
        "a@b.example,2024-01-01 10:00:00,",
        "b@b.example,,",
        "c@b.example,0000-00-00,",
        "d@b.example,2020-01-01,active",
    ]

    found = plan(tmp_path, "\n".join([f"email,{column},status", *rows]))

    active = SubscriberStatus.ACTIVE
    assert [one.status for one in found.changes() if isinstance(one, Addition)] == [
        status,
        active,
        active,
        active,
    ]


def test_every_reason_of_a_row_is_told(tmp_path: Path) -> None:
    (refusal,) = plan(tmp_path, "email,status,lang\nanna,slapend,?\n").refused

    assert refusal.reason.count(";") >= 2


def test_days_before_months_are_read_when_asked(tmp_path: Path) -> None:
    found = plan(tmp_path, "email,joined\na@b.example,4-9-2023\n", options=ImportOptions(day_first=True))

    (change,) = found.changes()
    assert isinstance(change, Addition)
    assert change.joined == datetime(2023, 9, 4, tzinfo=UTC)


def test_a_second_header_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    found = plan(tmp_path, "email,first_name\na@b.example,A\nEmail,First_Name\nb@b.example,B\n")

    assert (found.total, found.added, found.refused) == (2, 2, ())
    assert "header stands here once more" in found.warnings[0].what


def test_columns_that_are_no_fields_are_told_once(tmp_path: Path) -> None:
    found = plan(tmp_path, "email,shoe size,first_name,x\na@b.example,42,A,\nb@b.example,43,B,\n")

    assert [warning.what for warning in found.warnings] == ["columns that are not taken: shoe size, x"]


def test_a_column_of_the_very_name_goes_before_one_that_means_the_same(tmp_path: Path) -> None:
    (change,) = plan(tmp_path, "mail,voornaam,first_name\na@b.example,Fout,Goed\n").changes()

    assert isinstance(change, Addition)
    assert change.fields == {"first_name": "Goed"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("naam,adres\nAnna,Kade\n", "no column holds the address"),
        ("a@b.example,Anna\nc@d.example,Bo\n", "there is no header"),
        ("a@b.example\nc@d.example\n", "there is no header"),
        ("email,Email\na@b.example,c@d.example\n", '"Email" stands there twice'),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(tmp_path, content)

    assert said in str(caught.value)
    assert "lijst.csv:1" in str(caught.value)


def test_readers_are_looked_up_by_batches(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text("email\n" + "".join(f"lezer{number}@b.example\n" for number in range(2500)))
    readers = KnownReaders()

    plan_import(open_table(path), CONFIG, readers)

    assert readers.asked == [1000, 1000, 500]


def test_who_left_between_plan_and_import_stays_away(tmp_path: Path) -> None:
    found = plan(tmp_path, "email,first_name\nanna@b.example,Anders\n", ANNA)

    now = KnownReaders((replace(ANNA, status=SubscriberStatus.UNSUBSCRIBED),))

    assert list(found.changes(now)) == []


# --- properties ---------------------------------------------------------------------------------------

_CELLS = st.sampled_from(
    [
        "",
        "a@b.example",
        "A@B.example",
        "anna@b.example",
        "x@",
        "active",
        "unsubscribed",
        "nl",
        "2024-01-01",
        "é",
        "1",
    ]
) | st.text('ab@.;"\n\r', max_size=6)
_HEADERS = st.permutations(["email", "status", "first_name", "score", "tags"])


@given(_HEADERS, st.lists(st.lists(_CELLS, min_size=4, max_size=6), max_size=8))
def test_every_row_is_counted_once_and_the_plan_is_what_changes(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]]
) -> None:
    text = "\n".join(";".join(row) for row in [header, *rows])

    found = plan(tmp_path_factory.getbasetemp(), text, ANNA, a="erased")
    changes = list(found.changes())

    counted = found.added + found.updated + found.unchanged + found.doubles
    assert found.total == counted + len(found.refused) + len(found.kept_out)
    assert len(changes) == found.added + found.updated
    assert not any(isinstance(change, Addition) and change.key == "a@b.example" for change in changes)
