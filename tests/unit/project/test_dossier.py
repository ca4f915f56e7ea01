"""All that is kept of one person is in one file for them, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from newsletter.cli import cli
from newsletter.domain.consent import Origin
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.people.dossier import make_dossier
from newsletter.store.schema.tables import provider_event, reader_event
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.ledger_samples import a_campaign, members

ANNA = "R1@brief.example"  # as members() calls the first
FORM = Origin(source="form", ip="192.0.2.7", user_agent="Browser/1")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\nlang = "nl"\n')
    with Project.open(tmp_path, clock=FakeClock()) as project:
        for one in members(3):
            project.store.subscribers.add(
                Subscriber(
                    id=0,
                    email=one.email,
                    key=one.key,
                    status=SubscriberStatus.ACTIVE,
                    fields={"role": f"=rol van {one.email}"},
                    tags=frozenset({"gemeente"}),
                )
            )
        ledger = project.store.ledger
        campaign = ledger.plan(a_campaign(), members(3))
        rows = list(ledger.deliveries(campaign.id))
        project.consent.request(ANNA, lang="nl", origin=FORM)
        with project.store.database.writing() as connection:
            for number, row in enumerate(rows):
                event = {
                    "provider": "json",
                    "event_id": f"e{number}",
                    "kind": "delivered",
                    "at": project.clock.now(),
                    "delivery_id": row.delivery_id,
                    "reason": row.email,
                }
                connection.execute(insert(provider_event).values(event))
                seen = {"subscriber_id": number + 1, "issue": "herfst", "kind": "replied"}
                connection.execute(insert(reader_event).values(at=project.clock.now(), **seen))
        yield project


def read(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_archive_holds_every_row_about_them_and_says_how_many(project):
    dossier = make_dossier(project, ANNA.lower())

    files = read(dossier.data)
    person = json.loads(files["person.json"])
    rows = {
        name: list(csv.reader(io.StringIO(text))) for name, text in files.items() if name.endswith(".csv")
    }
    assert person["schema_version"] == 2
    assert person["subscriber"]["email"] == ANNA
    assert person["subscriber"]["tags"] == ["gemeente"]
    assert person["rows"] == {
        "consent": 1,
        "deliveries": 1,
        "events": 1,
        "history": 1,
        "imports": 0,
        "mails": 1,
        "replies": 0,
        "answers": 0,
        "quotes": 0,
    }
    assert {name.removesuffix(".csv"): len(table) - 1 for name, table in rows.items()} == person["rows"]
    assert {"README.nl.txt", "README.en.txt"} <= files.keys()
    assert rows["consent.csv"][1][3:7] == [ANNA, "form", "192.0.2.7", "Browser/1"]


def test_nobody_else_is_in_it(project):
    whole = "".join(read(make_dossier(project, ANNA).data).values()).lower()

    assert "r2@brief.example" not in whole
    assert "r3@brief.example" not in whole


def test_the_same_person_gives_the_same_bytes(project):
    assert make_dossier(project, ANNA).data == make_dossier(project, ANNA).data


def test_a_cell_is_no_formula_to_a_spreadsheet(project):
    project.consent.request(ANNA, lang="nl", origin=Origin(source="=HYPERLINK(evil)", user_agent="@SUM(1)"))

    rows = list(csv.reader(io.StringIO(read(make_dossier(project, ANNA).data)["consent.csv"])))

    assert [rows[2][4], rows[2][6]] == ["'=HYPERLINK(evil)", "'@SUM(1)"]


def test_who_is_forgotten_has_nothing_to_hand_over(project):
    project.privacy.forget(ANNA)

    person = json.loads(read(make_dossier(project, ANNA).data)["person.json"])

    assert person["subscriber"] is None
    assert person["never_mailed"]["reason"] == "erased"
    assert person["rows"]["deliveries"] == 0


def test_a_wrong_address_is_told(project):
    with pytest.raises(UsageError, match="is not an address"):
        make_dossier(project, "anna")


def test_the_command_writes_a_file_for_its_owner_only_and_never_over_another(project, tmp_path):
    target = tmp_path / "anna.zip"

    def export():
        command = ["-C", str(project.config.root), "subscribers", "export", ANNA, "-o", str(target)]
        return CliRunner().invoke(cli, command)

    first, second = export(), export()

    assert first.exit_code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "1 deliveries" in first.output
    assert second.exit_code != 0
