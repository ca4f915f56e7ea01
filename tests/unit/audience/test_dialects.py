"""Exports of other programs, in their own shape with made-up people: everybody keeps where they stand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.audience.column_mapping import ColumnChoices
from newsletter.audience.import_plan import ImportOptions, ImportPlan, plan_import
from newsletter.audience.importing import Addition
from newsletter.audience.packages import open_lists
from newsletter.audience.refused import write_refused
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.subscriber import FieldType, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.store.opening import Store
from newsletter.testing.temporary_store import fresh_store

CONFIG = Config(
    root=Path("/project"),
    fields={
        "first_name": FieldConfig(name="first_name"),
        "name": FieldConfig(name="name"),
        "organisation": FieldConfig(name="organisation"),
        "score": FieldConfig(name="score", type=FieldType.NUMBER),
    },
)
ACTIVE, PENDING, PAUSED = SubscriberStatus.ACTIVE, SubscriberStatus.PENDING, SubscriberStatus.PAUSED
LEFT, BOUNCED = SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUSPENDED
COMPLAINED = SubscriberStatus.COMPLAINED

_MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,"
    "LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,{columns},LEID,EUID,NOTES,TAGS\n"
    "{email},Anna,Vos,2,2023-02-05 19:28:23,192.0.2.1,2023-02-05 19:29:00,192.0.2.1,52.1,5.1,1,2,"
    'Europe/Amsterdam,NL,UT,{values},1,a1,,"{tags}"\n'
)
MAILCHIMP = {
    "subscribed_email_audience_export_1f.csv": _MAILCHIMP.format(
        columns="LAST_CHANGED",
        email="in@brief.example",
        values="2024-01-01 10:00:00",
        tags='""Beleid en recht"",""pers""',
    ),
    "unsubscribed_email_audience_export_1f.csv": _MAILCHIMP.format(
        columns="UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER",
        email="weg@brief.example",
        values="2024-02-01 10:00:00,Brief 3,c3,NORMAL,",
        tags="",
    ),
    "cleaned_email_audience_export_1f.csv": _MAILCHIMP.format(
        columns="CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID",
        email="stuk@brief.example",
        values="2024-03-01 10:00:00,Brief 4,c4",
        tags="",
    ),
    "nonsubscribed_email_audience_export_1f.csv": _MAILCHIMP.format(
        columns="LAST_CHANGED", email="klant@brief.example", values="2024-01-01 10:00:00", tags=""
    ),
}
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'u1,a@brief.example,Anna,"{""Company"": ""Gemeente Ede"", ""score"": 3, ""x"": [1]}",enabled,'
    "2024-01-15 10:00:00.123456 +0000 UTC,2024-01-15 10:00:00.123456 +0000 UTC\n"
    "u2,b@brief.example,Bo,{},blocklisted,2024-01-15 10:00:00.123456789 +0100 UTC,\n"
    "u3,c@brief.example,Cor,,disabled,2024-01-15 10:00:00 +0000 UTC,\n"
)
LISTMONK_LIST = (
    "email,name,attributes,status,subscription_status\n"
    "a@brief.example,Anna,{},enabled,confirmed\n"
    "b@brief.example,Bo,{},enabled,unsubscribed\n"
    "c@brief.example,Cor,{},enabled,unconfirmed\n"
    "d@brief.example,Do,{},blocklisted,confirmed\n"
)
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,"
    "labels,tiers\n"
    'm1,a@brief.example,Anna,"lid, sinds kort",true,false,,2024-01-15T10:00:00.000Z,,"pers, Vrije lijst",\n'
    "m2,b@brief.example,,,false,false,cus_1,2024-01-15T10:00:00.000Z,,,Gold\n"
)
SUBSTACK = (
    "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
    "a@brief.example,false,,other,false,2023-08-27T15:06:27.713Z,\n"
    "b@brief.example,true,2030-01-01T00:00:00.000Z,yearly,true,2023-08-27T15:06:27.713Z,2024-01-01\n"
)
BUTTONDOWN = (
    "id,email_address,notes,metadata,tags,type,creation_date,source\n"
    'i1,a@brief.example,,"{""first_name"": ""Anna""}","pers, raad",regular,2024-01-15T10:00:00Z,organic\n'
    "i2,b@brief.example,,{},,unactivated,2024-01-15T10:00:00Z,organic\n"
    "i3,c@brief.example,,{},,unsubscribed,2024-01-15T10:00:00Z,organic\n"
    "i4,d@brief.example,,{},,undeliverable,2024-01-15T10:00:00Z,organic\n"
    "i5,e@brief.example,,{},,complained,2024-01-15T10:00:00Z,organic\n"
    "i6,f@brief.example,,{},,past_due,2024-01-15T10:00:00Z,organic\n"
)
MAILERLITE = (
    "Subscriber,Status,Sent,Opens,Clicks,Subscribed,Location,Name,Company,Groups\n"
    'a@brief.example,Active,12,3,1,2024-01-15 10:00:00,Ede,Anna,Gemeente Ede,"Raad, pers"\n'
    "b@brief.example,Unsubscribed,12,3,1,2024-01-15 10:00:00,,,,\n"
    "c@brief.example,Unconfirmed,0,0,0,2024-01-15 10:00:00,,,,\n"
    "d@brief.example,Bounced,1,0,0,2024-01-15 10:00:00,,,,\n"
    "e@brief.example,Junk,1,0,0,2024-01-15 10:00:00,,,,\n"
)
LAPOSTA = (
    '"member_id";"list_id";"email";"state";"signup_date";"ip";"source_url";"voornaam"\n'
    '"m1";"l1";"a@brief.example";"active";"2024-01-15 10:00:00";"192.0.2.1";"";"Anna"\n'
    '"m2";"l1";"b@brief.example";"unsubscribed";"2024-01-15 10:00:00";"192.0.2.1";"";"Bo"\n'
    '"m3";"l1";"c@brief.example";"cleaned";"2024-01-15 10:00:00";"192.0.2.1";"";"Cor"\n'
    '"m4";"l1";"d@brief.example";"unconfirmed";"2024-01-15 10:00:00";"192.0.2.1";"";"Do"\n'
)


@dataclass(frozen=True)
class Exports:
    """Plans exports for an empty list."""

    store: Store
    directory: Path

    def plan(self, path: Path, **choices: object) -> ImportPlan:
        with open_lists(path) as tables:
            staging = self.store.imports.stage(source="export", replaces_tags=False)
            options = ImportOptions(columns=ColumnChoices(**choices))
            return plan_import(tables, CONFIG, staging, options, str(path))

    def file(self, content: str, **choices: object) -> ImportPlan:
        path = self.directory / "export.csv"
        path.write_text(content, encoding="utf-8")
        return self.plan(path, **choices)

    def zip(self, files: dict[str, str], **choices: object) -> ImportPlan:
        path = self.directory / "export.zip"
        with zipfile.ZipFile(path, "w") as package:
            for name, content in files.items():
                package.writestr(name, content)
        return self.plan(path, **choices)


@pytest.fixture
def exports(tmp_path: Path) -> Iterator[Exports]:
    with fresh_store(tmp_path) as store:
        yield Exports(store, tmp_path)


def readers(plan: ImportPlan) -> dict[str, Addition]:
    assert plan.numbers.refused == 0, list(plan.refused())
    return {one.email.partition("@")[0]: one for one in plan.changes() if isinstance(one, Addition)}


@pytest.mark.parametrize(
    ("content", "name", "statuses"),
    [
        (LISTMONK, "listmonk", [ACTIVE, LEFT, PAUSED]),
        (LISTMONK_LIST, "listmonk", [ACTIVE, LEFT, PENDING, LEFT]),
        (GHOST, "ghost", [ACTIVE, LEFT]),
        (SUBSTACK, "substack", [ACTIVE, LEFT]),
        (BUTTONDOWN, "buttondown", [ACTIVE, PENDING, LEFT, BOUNCED, COMPLAINED, ACTIVE]),
        (MAILERLITE, "mailerlite", [ACTIVE, LEFT, PENDING, BOUNCED, COMPLAINED]),
        (LAPOSTA, "laposta", [ACTIVE, LEFT, BOUNCED, PENDING]),
    ],
)
def test_an_export_is_recognised_and_everybody_keeps_where_they_stand(
    exports: Exports, content: str, name: str, statuses: list[SubscriberStatus]
) -> None:
    plan = exports.file(content)

    assert [one.columns.dialect.name for one in plan.files if one.columns.dialect] == [name]
    assert statuses == [one.status for one in readers(plan).values()]
    assert all(one.joined for one in readers(plan).values()) or content is LISTMONK_LIST
    assert plan.warnings == ()


def test_a_list_of_mailchimp_under_another_name_makes_nobody_active_who_did_not_confirm(
    exports: Exports,
) -> None:
    text = MAILCHIMP["nonsubscribed_email_audience_export_1f.csv"]
    unconfirmed = text.replace(",2023-02-05 19:29:00,", ",,")
    row = MAILCHIMP["subscribed_email_audience_export_1f.csv"].splitlines()[1]

    plan = exports.file(f"{unconfirmed}{row}\n")

    assert [(who, one.status) for who, one in readers(plan).items()] == [("klant", PENDING), ("in", ACTIVE)]
    assert any("under a name of your own" in str(warning) for warning in plan.warnings)


def test_a_list_of_mailchimp_whose_name_says_who_is_in_it_needs_no_word(exports: Exports) -> None:
    text = MAILCHIMP["subscribed_email_audience_export_1f.csv"].replace(",2023-02-05 19:29:00,", ",,")

    plan = exports.zip({"subscribed.csv": text})

    assert plan.added_by_status == {ACTIVE: 1}
    assert not any("under a name of your own" in str(warning) for warning in plan.warnings)


def test_a_zip_of_mailchimp_is_one_import_of_all_its_files(exports: Exports) -> None:
    found = readers(exports.zip(MAILCHIMP))

    assert {name: one.status for name, one in found.items()} == {
        "in": ACTIVE,
        "weg": LEFT,
        "stuk": BOUNCED,
        "klant": PENDING,
    }
    assert found["in"].tags == {"Beleid en recht", "pers"}
    assert found["in"].fields == {"first_name": "Anna"}
    assert found["in"].joined == datetime(2023, 2, 5, 19, 28, 23, tzinfo=UTC)
    assert found["in"].confirmed == datetime(2023, 2, 5, 19, 29, tzinfo=UTC)


def test_who_left_in_one_file_of_an_export_has_left_in_all(exports: Exports) -> None:
    files = {name: text.replace("weg@brief", "in@brief") for name, text in MAILCHIMP.items()}

    plan = exports.zip(files)

    assert readers(plan)["in"].status is LEFT
    assert "unsubscribed_email" in str(plan.warnings[-1])


def test_members_of_a_json_object_are_fields(exports: Exports) -> None:
    found = readers(exports.file(LISTMONK))

    assert found["a"].fields == {"name": "Anna", "organisation": "Gemeente Ede", "score": 3}
    assert found["b"].fields == {"name": "Bo"}


def test_a_json_object_that_is_none_refuses_its_row_unless_the_reader_left(exports: Exports) -> None:
    plan = exports.file(LISTMONK.replace(",{},", ",{{,").replace(",,disabled", ",[],enabled"))

    assert [(one.line, "JSON object" in one.reason) for one in plan.refused()] == [(4, True)]
    assert plan.numbers.added_by_status == {ACTIVE: 1, LEFT: 1}


def test_labels_with_spaces_are_whole_tags(exports: Exports) -> None:
    assert readers(exports.file(GHOST))["a"].tags == {"pers", "Vrije lijst"}
    assert readers(exports.file(MAILERLITE))["a"].tags == {"Raad", "pers"}


def test_columns_can_be_chosen_and_left_out(exports: Exports) -> None:
    content = "mail;Roepnaam;Bedrijf;soort\na@brief.example;Anna;Ede;raad\n"

    found = readers(exports.file(content, picked={"soort": "tags", "Bedrijf": "-", "roepnaam": "name"}))

    assert found["a"].tags == {"raad"}
    assert found["a"].fields == {"name": "Anna"}


def test_choices_that_do_not_fit_are_told_all_at_once(exports: Exports) -> None:
    content = "mail;Roepnaam;Bedrijf\na@brief.example;Anna;Ede\n"

    with pytest.raises(UsageError) as caught:
        exports.file(content, picked={"Bedrif": "tags", "Bedrijf": "organisatoin", "Roepnaam": "name"})

    assert [problem.what for problem in caught.value.problems] == [
        '--map: there is no column "Bedrif"',
        '--map: "organisatoin" is no field of this newsletter',
    ]
    assert [problem.fix for problem in caught.value.problems] == [
        'did you mean "Bedrijf"?',
        "did you mean organisation?",
    ]


def test_a_program_that_is_not_known_is_told_with_the_nearest(exports: Exports) -> None:
    with pytest.raises(UsageError, match="did you mean --from mailchimp"):
        exports.file("email\na@brief.example\n", dialect="mailchip")


def test_a_dialect_can_be_put_aside(exports: Exports) -> None:
    plan = exports.file("email,subscribed_to_emails\na@brief.example,false\n", dialect="csv")

    assert readers(plan)["a"].status is ACTIVE
    assert "subscribed_to_emails" in plan.warnings[0].what


def test_files_without_addresses_in_an_export_are_passed_over_and_told(exports: Exports) -> None:
    plan = exports.zip({"posts.csv": "post_id,title\n1,Brief\n", "email_list.brief.csv": SUBSTACK})

    assert plan.added == 2
    assert [str(one.place) for one in plan.warnings] == [f"{exports.directory}/export.zip/posts.csv"]


@pytest.mark.parametrize("choices", [{}, {"dialect": "substack"}])
def test_who_stands_only_in_what_an_export_tells_of_old_posts_does_not_come_back(
    exports: Exports, choices: dict[str, object]
) -> None:
    sent = "post_id,timestamp,email,post_type\n1,2022-01-02T00:00:00Z,left@brief.example,newsletter\n"

    plan = exports.zip({"email_list.brief.csv": SUBSTACK, "posts/1.delivers.csv": sent}, **choices)

    assert sorted(readers(plan)) == ["a", "b"]
    assert "no list of Substack" in plan.warnings[-1].what


def test_a_list_beside_an_export_that_says_who_left_is_taken(exports: Exports) -> None:
    left = "email,status\nleft@brief.example,unsubscribed\n"

    plan = exports.zip({"email_list.brief.csv": SUBSTACK, "removed.csv": left})

    assert readers(plan)["left"].status is LEFT


def test_refused_rows_of_an_export_go_to_a_file_for_each_of_its_own(exports: Exports) -> None:
    files = {name: text.replace("klant@brief.example", "klant") for name, text in MAILCHIMP.items()}
    plan = exports.zip(files)

    written = write_refused(exports.directory / "export.refused.csv", plan)

    assert [path.name for path in written] == ["nonsubscribed_email_audience_export_1f.refused.csv"]
    assert [plan.place(one.line).line for one in plan.refused()] == [2]
    written[0].write_text(written[0].read_text("utf-8-sig").replace("klant", "klant@brief.example"))
    assert readers(exports.plan(written[0]))["klant"].status is PENDING


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 no more", "only a part of one"),
        (b"", "the file is empty"),
    ],
)
def test_a_zip_that_cannot_be_unpacked_is_told(exports: Exports, content: bytes, said: str) -> None:
    path = exports.directory / "export.zip"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=said):
        exports.plan(path)


def test_a_zip_with_a_damaged_list_is_told(exports: Exports) -> None:
    exports.zip(MAILCHIMP)
    path = exports.directory / "export.zip"
    path.write_bytes(path.read_bytes().replace(b"Europe/Amsterdam", b"Europe/Xmsterdam"))

    with pytest.raises(UsageError, match="cannot be unpacked"):
        exports.plan(path)


@pytest.mark.parametrize("name", ["readme.pdf", "__MACOSX/list.csv", ".list.csv"])
def test_a_package_without_a_list_is_told(exports: Exports, name: str) -> None:
    with pytest.raises(UsageError, match="there is no list in this ZIP file"):
        exports.zip({name: "email\na@b.example\n"})


def test_a_name_that_leads_outside_is_no_list_of_the_package(exports: Exports) -> None:
    with pytest.raises(UsageError, match="there is no list"):
        exports.zip({"../../uit/list.csv": "email\na@brief.example\n"})
    assert not (exports.directory.parent / "uit").exists()
