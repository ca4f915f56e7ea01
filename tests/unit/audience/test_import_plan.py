"""Planning an import: what each row would do, and that nobody who left comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audience.import_plan import ImportOptions, ImportPlan, plan_import
from newsletter.audience.importing import (
    DEPARTED,
    Addition,
    Difference,
    ImportChange,
    KeptOutReason,
    Update,
)
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.subscriber import FieldType, Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError
from newsletter.store.opening import Store
from newsletter.testing.temporary_store import fresh_store, temporary_store

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


BOB = Subscriber(id=2, email="bob@b.example", key="bob@b.example", status=SubscriberStatus.PAUSED)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Lists:
    """Plans files against a list."""

    store: Store
    directory: Path

    def __call__(
        self, content: str, *readers: Subscriber, options: ImportOptions | None = None, **suppressed: str
    ) -> ImportPlan:
        """Plan `content` for a list with `readers`; suppressed are names at b.example, with the reason."""
        for reader in readers:
            self.store.subscribers.add(reader)
        for name, reason in suppressed.items():
            self.store.subscribers.suppress(f"{name}@b.example", SuppressionReason(reason), NOW)
        path = self.directory / "lijst.csv"
        path.write_text(content, encoding="utf-8")
        table, options = open_table(path), options or ImportOptions()
        staging = self.store.imports.stage(
            source=options.source_of(path), replaces_tags=options.replaces_tags
        )
        return plan_import([table], CONFIG, staging, options)


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[Lists]:
    with fresh_store(tmp_path) as store:
        yield Lists(store, tmp_path)


def test_a_new_reader_is_added_with_everything_the_row_says(plan: Lists) -> None:
    content = (
        "E-mailadres;Voornaam;Organisatie;score;born;vip;Tags;Taal;Status;joined;confirmed;bron\n"
        "Bo@B.Example; Bo ;Gemeente Ä;7;1980-02-29;ja;Gemeente|pers gemeente;NL;actief;"
        "2024-01-16;2024-01-17T12:30:00+01:00;beurs\n"
    )

    found = plan(content)

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


def test_a_list_of_addresses_alone_adds_active_readers_from_this_file(plan: Lists) -> None:
    (change,) = plan("email\na@b.example\n").changes()

    assert isinstance(change, Addition)
    assert (change.status, change.source, change.fields) == (SubscriberStatus.ACTIVE, "import lijst.csv", {})


def test_a_known_reader_is_updated_with_what_differs(plan: Lists) -> None:
    content = (
        "email,first_name,score,tags,joined,source\nANNA@B.EXAMPLE,Ans,,pers GEMEENTE,2024-05-05,elders\n"
    )

    (change,) = plan(content, ANNA).changes()

    assert isinstance(change, Update)
    assert change.differences == (
        Difference(name="tag", before="gemeente", after="gemeente pers"),
        Difference(name="first_name", before="Anna", after="Ans"),
    )
    assert change.after == replace(
        ANNA, fields={"first_name": "Ans", "score": 3}, tags=frozenset({"gemeente", "pers"})
    )


def test_a_row_that_says_nothing_new_changes_nothing(plan: Lists) -> None:
    found = plan("email,first_name,lang,tags\nanna@b.example,Anna,,gemeente\n", ANNA)

    assert (found.unchanged, list(found.changes())) == (1, [])


def test_tags_are_replaced_when_asked(plan: Lists) -> None:
    options = ImportOptions(replaces_tags=True)

    (change,) = plan("email,tags\nanna@b.example,pers\n", ANNA, options=options).changes()

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
    plan: Lists, status: SubscriberStatus, reason: KeptOutReason, row_status: str
) -> None:
    content = f"email,status,first_name\nAnna@B.example,{row_status},Anders\n"

    found = plan(content, replace(ANNA, status=status))

    assert [kept.reason for kept in found.kept_out()] == [reason]
    assert list(found.changes()) == []


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_is_kept_out_known_or_not(plan: Lists, reason: SuppressionReason) -> None:
    content = "email,first_name\nanna@b.example,Anders\n"

    unknown = plan(content, anna=str(reason))
    known = plan(content, ANNA)

    for found in (unknown, known):
        assert (found.numbers.kept_out, found.added, found.updated) == (1, 0, 0)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("unsubscribed", SubscriberStatus.UNSUBSCRIBED),
        ("Afgemeld", SubscriberStatus.UNSUBSCRIBED),
        ("cleaned", SubscriberStatus.SUSPENDED),
        ("bounced", SubscriberStatus.SUSPENDED),
        ("complained", SubscriberStatus.COMPLAINED),
        ("uitgeschreven", SubscriberStatus.UNSUBSCRIBED),
        ("Opgezegd", SubscriberStatus.UNSUBSCRIBED),
        ("bounce", SubscriberStatus.SUSPENDED),
        ("Gebounced", SubscriberStatus.SUSPENDED),
    ],
)
def test_a_row_may_say_that_a_reader_left(plan: Lists, word: str, status: SubscriberStatus) -> None:
    content = f"email,status\nanna@b.example,{word}\nnieuw@b.example,{word}\n"

    known, new = plan(content, ANNA).changes()

    assert isinstance(known, Update)
    assert isinstance(new, Addition)
    assert known.after.status is new.status is status


@pytest.mark.parametrize("status", [SubscriberStatus.PENDING, SubscriberStatus.PAUSED])
def test_a_row_does_not_confirm_or_wake_a_reader(plan: Lists, status: SubscriberStatus) -> None:
    found = plan("email,status\nanna@b.example,active\n", replace(ANNA, status=status))

    assert found.unchanged == 1


def test_one_address_on_two_lines_is_one_reader_and_the_first_line_counts(plan: Lists) -> None:
    content = "email,first_name\na@b.example,Een\nA@B.EXAMPLE,Twee\n"

    found = plan(content)

    assert [change.line for change in found.changes()] == [2]
    assert (found.total, found.added, found.doubles) == (2, 1, 1)
    assert "line 2 already" in found.warnings[0].what
    assert str(found.warnings[0].place).endswith(":3")


def test_who_left_on_any_line_has_left(plan: Lists) -> None:
    rows = ["a@b.example,active", "anna@b.example,active", "a@b.example,unsubscribed", "ANNA@b.example,spam"]
    content = "\n".join(["email,status", *rows])

    found = plan(content, ANNA)
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
        ("joined", "4-9-2023", "two days; write year, month, day: 2024-09-04, or import with --day-first"),
        ("joined", "31-12-2023 10:00", "does not begin with the year; write year, month, day"),
        ("born", "4-9-1970", "--day-first"),
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
    plan: Lists, column: str, value: str, said: str
) -> None:
    content = f'email;{column}\na@b.example;"{value}"\nb@b.example;"{value}"\nc@b.example;\n'

    found = plan(content)

    assert [refusal.line for refusal in found.refused()] == [2, 3]
    assert all(said in refusal.reason for refusal in found.refused())
    assert found.added == 1


def test_who_left_has_left_whatever_else_stands_in_the_row(plan: Lists) -> None:
    content = "email,status,joined\nanna@b.example,unsubscribed,31-31-2024\nb@b.example,spam,gisteren\n"

    found = plan(content, ANNA)
    known, new = found.changes()

    assert isinstance(known, Update)
    assert isinstance(new, Addition)
    assert (known.after.status, new.status) == (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED)
    assert found.numbers.refused == 0


@pytest.mark.parametrize(
    ("column", "status"),
    [
        ("UNSUB_TIME", SubscriberStatus.UNSUBSCRIBED),
        ("unsubscribed_at", SubscriberStatus.UNSUBSCRIBED),
        ("Uitgeschreven op", SubscriberStatus.UNSUBSCRIBED),
        ("CLEAN_TIME", SubscriberStatus.SUSPENDED),
        ("Datum uitschrijving", SubscriberStatus.UNSUBSCRIBED),
        ("Opgezegd op", SubscriberStatus.UNSUBSCRIBED),
    ],
)
def test_a_file_that_says_when_readers_left_says_that_they_left(
    plan: Lists, column: str, status: SubscriberStatus
) -> None:
    rows = [
        "a@b.example,2024-01-01 10:00:00,",
        "b@b.example,,",
        "c@b.example,0000-00-00,",
        "d@b.example,2020-01-01,active",
    ]

    found = plan("\n".join([f"email,{column},status", *rows]))

    active = SubscriberStatus.ACTIVE
    assert [one.status for one in found.changes() if isinstance(one, Addition)] == [
        status,
        active,
        active,
        active,
    ]


@pytest.mark.parametrize(
    "column", ["Datum inschrijving", "Inschrijfdatum", "Ingeschreven op", "Aanmeldingsdatum"]
)
def test_the_day_somebody_came_is_known_by_its_dutch_names(plan: Lists, column: str) -> None:
    found = plan(f"email;{column}\na@b.example;2024-09-04\n")

    (new,) = found.changes()
    assert isinstance(new, Addition)
    assert new.joined == datetime(2024, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "moment"),
    [("45539", datetime(2024, 9, 4, tzinfo=UTC)), ("45539,5", datetime(2024, 9, 4, 12, tzinfo=UTC))],
)
def test_a_day_that_a_spreadsheet_kept_as_a_number_is_that_day(
    plan: Lists, number: str, moment: datetime
) -> None:
    found = plan(f"email;joined\na@b.example;{number}\n")

    (new,) = found.changes()
    assert isinstance(new, Addition)
    assert new.joined == moment


@pytest.mark.parametrize("number", ["1", "4553", "10958", "73051", "455390", "45539.5.1"])
def test_a_number_that_is_no_day_of_our_time_is_refused(plan: Lists, number: str) -> None:
    found = plan(f"email;joined\na@b.example;{number}\n")

    assert found.numbers.refused == 1


def test_every_reason_of_a_row_is_told(plan: Lists) -> None:
    (refusal,) = plan("email,status,lang\nanna,slapend,?\n").refused()

    assert refusal.reason.count(";") >= 2


def test_days_before_months_are_read_when_asked(plan: Lists) -> None:
    found = plan("email,joined\na@b.example,4-9-2023\n", options=ImportOptions(day_first=True))

    (change,) = found.changes()
    assert isinstance(change, Addition)
    assert change.joined == datetime(2023, 9, 4, tzinfo=UTC)


def test_a_second_header_is_passed_over_with_a_warning(plan: Lists) -> None:
    found = plan("email,first_name\na@b.example,A\nEmail,First_Name\nb@b.example,B\n")

    assert (found.total, found.added, found.numbers.refused) == (2, 2, 0)
    assert "header stands here once more" in found.warnings[0].what


def test_columns_that_are_no_fields_are_told_once(plan: Lists) -> None:
    found = plan("email,shoe size,first_name,x\na@b.example,42,A,\nb@b.example,43,B,\n")

    assert [warning.what for warning in found.warnings] == ["columns that are not taken: shoe size, x"]


def test_a_column_of_the_very_name_goes_before_one_that_means_the_same(plan: Lists) -> None:
    (change,) = plan("mail,voornaam,first_name\na@b.example,Fout,Goed\n").changes()

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
def test_a_header_that_cannot_be_used_is_refused(plan: Lists, content: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(content)

    assert said in str(caught.value)
    assert "lijst.csv:1" in str(caught.value)


# --- properties ---------------------------------------------------------------------------------------

_CELLS = st.sampled_from(
    [
        "",
        "a@b.example",
        "A@B.example",
        "anna@b.example",
        "x@",
        "bob@b.example",
        "Bob@b.example",
        "gemeente pers",
        "Pers",
        "active",
        "unsubscribed",
        "nl",
        "2024-01-01",
        "é",
        "1",
    ]
) | st.text('ab@.;"\n\r', max_size=6)
_HEADERS = st.permutations(["email", "status", "first_name", "score", "tags"])


@settings(max_examples=30)  # each is committed and taken back
@given(_HEADERS, st.lists(st.lists(_CELLS, min_size=4, max_size=6), max_size=8), st.booleans())
def test_every_row_is_counted_once_and_what_is_planned_is_what_is_done(
    tmp_path_factory: pytest.TempPathFactory,
    lasting: Store,
    header: list[str],
    rows: list[list[str]],
    replaces: bool,
) -> None:
    text = "\n".join(";".join(row) for row in [header, *rows])
    lists = Lists(lasting, tmp_path_factory.getbasetemp())
    options = ImportOptions(replaces_tags=replaces)

    found = lists(text, options=options)
    changes = list(found.changes())
    before = {one.key: one for one in lasting.subscribers.all()}
    lasting.imports.apply(found.staged, source="", digest="", now=NOW)
    after = {one.key: one for one in lasting.subscribers.all()}
    suppressed = set(lasting.subscribers.suppressed(list(after)))
    lasting.imports.undo(NOW)
    undone = {one.key: one for one in lasting.subscribers.all()}
    found.close()

    numbers = found.numbers
    counted = numbers.added + numbers.updated + numbers.unchanged + numbers.doubles
    assert found.total == counted + numbers.refused + numbers.kept_out
    assert len(changes) == numbers.added + numbers.updated
    assert after == {**before, **{_key(one): _planned(one, after[_key(one)].id) for one in changes}}
    assert all(one.differences for one in changes if isinstance(one, Update))
    assert "a@b.example" not in after
    assert {_key(one) for one in changes if _status(one) in DEPARTED} == suppressed
    assert undone == before
    assert lasting.subscribers.suppressed(list(after)) == {}


@pytest.fixture(scope="module")
def lasting() -> Iterator[Store]:
    """Give a list with two readers and somebody forgotten; each example leaves it as it was."""
    with temporary_store() as store:
        store.subscribers.add(ANNA)
        store.subscribers.add(BOB)
        store.subscribers.suppress("a@b.example", SuppressionReason.ERASED, NOW)
        yield store


def _key(change: ImportChange) -> str:
    return change.key if isinstance(change, Addition) else change.before.key


def _status(change: ImportChange) -> SubscriberStatus:
    return change.status if isinstance(change, Addition) else change.after.status


def _planned(change: ImportChange, number: int) -> Subscriber:
    """Return the reader that `change` leaves on the list."""
    if isinstance(change, Update):
        return change.after
    return Subscriber(
        id=number,
        email=change.email,
        key=change.key,
        status=change.status,
        lang=change.lang,
        fields=change.fields,
        tags=change.tags,
        joined=change.joined,
        confirmed=change.confirmed,
        source=change.source,
    )


_BYTES = st.binary(max_size=120) | st.text('a@b.example,;\t"\n\r é\0', max_size=120).map(str.encode)


_STARTS = st.sampled_from([b"", b"email;status\n", b"\xef\xbb\xbfemail,tags\n", "email\t\n".encode("utf-16")])


@settings(max_examples=50)
@given(_STARTS, _BYTES)
def test_any_bytes_are_planned_with_every_row_counted_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, lasting: Store, start: bytes, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(start + content)
    staging = lasting.imports.stage(source="", replaces_tags=False)
    places: list[str] = []
    total, counted = 0, 0
    try:
        found = plan_import([open_table(path)], CONFIG, staging)
    except UsageError as error:
        places = [str(problem.place) for problem in error.problems]
    else:
        numbers = found.numbers
        total = found.total
        counted = numbers.added + numbers.updated + numbers.unchanged + numbers.doubles + numbers.kept_out
        counted += sum(bool(one.reason) for one in found.refused())
    finally:
        staging.close()

    assert total == counted
    assert all(place.startswith(str(path)) for place in places)
