"""Forgetting somebody: nothing is left anywhere but a keyed hash, and nobody else is harmed."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from datetime import timedelta
from email.quoprimime import body_encode
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from newsletter.audience.opt_in import ConfirmationKind
from newsletter.cli import cli
from newsletter.domain.consent import Origin
from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import StoreError, UsageError
from newsletter.project import Project
from newsletter.project.people import privacy
from newsletter.project.people.consent_history import consent_history
from newsletter.project.people.dossier import make_dossier
from newsletter.protocols import LateSuppression
from newsletter.store.backups.owed import owes_erasures
from newsletter.store.backups.restoring import restore_backup
from newsletter.store.people.erasure import SqlErasure
from newsletter.store.schema.tables import delivery, event_body, operator_log, provider_event, subscriber
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.ledger_samples import an_attempt

CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Postbus 1, 1000 AA Amsterdam"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
[fields.name]
fallback = "lezer"
[segments.everyone]
where = "status:active"
[send]
network = false
"""
EMAIL = "Jan.de+Vries@gemeente.example"
KEY = EMAIL.lower()
NAME = "Kroonenberg"
TWIN = "x.jan.de+vries@gemeente.example"
ISSUE = """---
subject: Dag {{ name }}
slug: herfst
segment: everyone
---
Beste {{ name }},

Een brief.

Groet, Renata
"""
FORM = Origin(source="form", ip="192.0.2.77", user_agent="Browser/77")


@pytest.fixture
def clock():
    return FakeClock()


def make_root(folder, config):
    root = folder / "brief"
    (root / "issues").mkdir(parents=True)
    (root / "newsletter.toml").write_text(config)
    (root / "issues" / "herfst.md").write_text(ISSUE)
    return root


@pytest.fixture
def project(tmp_path, clock):
    with Project.open(make_root(tmp_path, CONFIG), clock=clock) as project:
        yield project


def enlist(project, *emails):
    for email in emails:
        project.store.subscribers.add(
            Subscriber(
                id=0, email=email, key=email.lower(), status=SubscriberStatus.ACTIVE, fields={"name": NAME}
            )
        )


def plan(project):
    path = project.config.root / "issues" / "herfst.md"
    assert not project.gate.check(path).is_blocking
    prepared = project.sending.prepare(path, segment="everyone")
    return project.sending.freeze(prepared, project.gate.judge(path, "everyone").require())


def run(project, campaign):
    return project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)


def forms(text):
    plain = text.encode()
    yield from (plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode())
    yield from (quote(text, safe="").encode(), plain.replace(b"@", b"=40"), body_encode(text).encode())
    for place in range(3):
        packed = b64encode(b"\0" * place + plain)
        yield packed[(place * 8 + 5) // 6 : (place + len(plain)) * 8 // 6]


def whereabouts(project, *texts):
    """Return the files of the project in which one of `texts` is, in any way of writing it."""
    found = []
    for path in sorted(project.config.root.rglob("*")):
        if path.is_file():
            data = path.read_bytes().lower()
            unfolded = re.sub(rb"=?\r?\n", b"", data)
            wanted = [form.lower() for text in texts for form in forms(text)]
            if any(form in data or form in unfolded for form in wanted):
                found.append(str(path.relative_to(project.config.root)))
    with project.store.database.reading() as connection:
        bodies = [zlib.decompress(body).lower() for body in connection.scalars(select(event_body.c.body))]
    wanted = [form for text in texts for form in forms(text.lower())]
    return found + ["event_body" for body in bodies if any(form in body for form in wanted)]


def fill(project, tmp_path, clock):
    """Let the person be in everything a newsletter keeps."""
    enlist(project, "anna@brief.example", EMAIL)
    rows = f"email,name\n{EMAIL},{NAME} de Tweede\nnonsense {EMAIL},{NAME}\nniemand,Piet\n"
    (tmp_path / "list.csv").write_text(rows)
    imported = project.imports.plan(tmp_path / "list.csv")
    project.imports.write_refused(imported, project.config.root / "list.refused.csv")
    project.imports.apply(imported, lambda _done: None)
    campaign = plan(project)
    run(project, campaign)
    project.consent.request(EMAIL, lang="nl", origin=FORM)
    report = [
        {
            "id": f"e{number}",
            "event": "bounced",
            "at": "2026-11-24T09:31:07Z",
            "email": email,
            "bounce": "soft",
            "reason": f"<{email}> mailbox full",
        }
        for number, email in enumerate([EMAIL, "anna@brief.example"])
    ]
    (tmp_path / "report.json").write_text(json.dumps(report))
    project.events.import_files([tmp_path / "report.json"])
    project.store.event_bodies.keep("json", json.dumps(report).encode(), clock.now())
    notes = project.config.root / ".newsletter" / "site.log"
    notes.write_text(f"10:00 anna@brief.example came\n10:01 {quote(EMAIL)} came\n")
    with project.store.database.writing() as connection:
        row = {"at": clock.now(), "who": "renata", "action": "note", "detail": f"{EMAIL} belde"}
        connection.execute(insert(operator_log).values(row))
    return campaign


def test_nothing_is_left_in_any_byte_of_any_file_but_a_keyed_hash(project, tmp_path, clock):
    fill(project, tmp_path, clock)
    assert len(whereabouts(project, EMAIL)) >= 4

    forgotten = project.privacy.forget(EMAIL)

    assert whereabouts(project, EMAIL, "192.0.2.77", "Browser/77", f"{NAME} de Tweede") == []
    assert forgotten.is_scoured
    assert forgotten.rows["subscriber"] == 1
    assert "list.refused.csv" in forgotten.files
    assert project.consent.faults() == []
    assert project.privacy.known(EMAIL).is_nothing


def test_nobody_else_is_touched(project, tmp_path, clock):
    campaign = fill(project, tmp_path, clock)
    enlist(project, TWIN)
    anna = project.store.subscribers.get("anna@brief.example")

    project.privacy.forget(EMAIL)

    assert project.store.subscribers.get("anna@brief.example") == anna
    assert [row.email for row in project.sending.deliveries(campaign.id)] == [
        "anna@brief.example",
        "erased@erased.invalid",
    ]
    assert len(list((project.config.root / "outbox").rglob("*.eml"))) == 1
    root = project.config.root
    assert (root / ".newsletter" / "site.log").read_text() == (
        "10:00 anna@brief.example came\n10:01 [forgotten] came\n"
    )
    assert "niemand,Piet" in (root / "list.refused.csv").read_text()
    with project.store.database.reading() as connection:
        noted = connection.scalars(select(operator_log.c.detail).where(operator_log.c.action == "note")).one()
        reasons = connection.scalars(select(provider_event.c.reason)).all()
    assert noted == "[forgotten] belde"
    assert project.store.subscribers.get(TWIN).status is SubscriberStatus.ACTIVE
    assert "<a…@brief.example> mailbox full" in reasons


def test_who_is_forgotten_while_a_campaign_waits_is_not_mailed_and_the_campaign_ends_well(project):
    enlist(project, "anna@brief.example", EMAIL, "bob@brief.example")
    campaign = plan(project)

    project.privacy.forget(EMAIL)
    report = run(project, campaign)

    assert report.counts == {DeliveryState.ACCEPTED: 2, DeliveryState.SUPPRESSED: 1}
    assert len(list((project.config.root / "outbox").rglob("*.eml"))) == 2


def test_who_is_forgotten_after_a_batch_was_built_is_taken_out_before_it_leaves(project):
    enlist(project, "anna@brief.example", EMAIL)
    ledger = project.store.ledger
    campaign = plan(project)
    ledger.change(campaign.id, CampaignEvent.RUN)
    batch = ledger.next_batch(campaign.id, project.clock.now())
    assert len(ledger.recipients(batch.id)) == 2

    project.privacy.forget(EMAIL)

    assert ledger.intend(batch, an_attempt(batch)) == LateSuppression(positions=frozenset({1}))
    assert [one.email for one in ledger.recipients(batch.id)] == ["anna@brief.example"]


def test_who_is_forgotten_during_a_run_is_not_mailed_and_the_rest_is_cleaned_up_after_it(project):
    enlist(project, "anna@brief.example", EMAIL)
    campaign = plan(project)
    forgot = []

    def stop():
        if not forgot:
            forgot.append(project.privacy.forget(EMAIL))
        return False

    report = project.sending.run(campaign.id, stop=stop, progress=lambda _progress: None)

    assert report.counts == {DeliveryState.ACCEPTED: 1, DeliveryState.SUPPRESSED: 1}
    assert forgot[0].is_scoured is False  # the campaign was under way
    assert project.store.erasure.scour()
    assert whereabouts(project, EMAIL) == []


def test_an_unknown_mail_to_somebody_forgotten_is_not_sent_again(project):
    enlist(project, EMAIL)
    campaign = plan(project)
    with project.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE batch SET state = 'unknown', attempt = 1")
        connection.exec_driver_sql("UPDATE campaign SET state = 'running'")
    project.privacy.forget(EMAIL)

    project.store.ledger.resolve(campaign.id, assume_sent=False, now=project.clock.now())
    report = run(project, campaign)

    assert report.counts == {DeliveryState.SUPPRESSED: 1}
    assert list((project.config.root / "outbox").rglob("*.eml")) == []


def test_an_import_and_a_hand_are_refused_by_the_hash(project, tmp_path):
    enlist(project, EMAIL)
    project.privacy.forget(EMAIL)
    (tmp_path / "again.csv").write_text(f"email\n{EMAIL.upper()}\nnew@brief.example\n")

    plan = project.imports.plan(tmp_path / "again.csv")
    project.imports.apply(plan, lambda _done: None)

    assert [one.line for one in plan.kept_out()] == [2]
    assert project.store.subscribers.get(EMAIL) is None
    assert project.store.subscribers.get("new@brief.example") is not None
    with pytest.raises(UsageError, match="never mailed: erased"):
        project.consent.add(EMAIL, source="op papier")


def test_what_providers_tell_later_brings_nothing_back(project, tmp_path):
    enlist(project, EMAIL)
    project.privacy.forget(EMAIL)
    late = {"id": "l1", "event": "complained", "at": "2026-11-25T09:31:07Z", "email": EMAIL}
    (tmp_path / "late.json").write_text(json.dumps(late))

    project.events.import_files([tmp_path / "late.json"])

    assert whereabouts(project, EMAIL) == []


def confirm_again(project, clock):
    clock.jump(timedelta(days=2).total_seconds())
    project.consent.request(EMAIL, lang="nl", origin=FORM)
    project.post.deliver()
    (mail,) = (project.config.root / "outbox" / "confirm").glob("*.eml")
    text = mail.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"").decode()
    token = text.partition("/confirm/")[2].split()[0].strip('">')
    return project.consent.confirm(token, FORM)


def test_who_comes_back_by_their_own_wish_is_mailed_again_but_never_twice_with_one_issue(project, clock):
    enlist(project, EMAIL)
    run(project, plan(project))
    project.privacy.forget(EMAIL)

    answer = confirm_again(project, clock)

    assert (answer.kind, answer.returned) == (ConfirmationKind.CONFIRMED, True)
    assert project.store.subscribers.get(EMAIL).status is SubscriberStatus.ACTIVE
    assert project.store.subscribers.suppression(EMAIL) is None
    assert project.audience.view().already_planned("herfst", "status:active") == 1
    assert project.privacy.replay_erasures() == 0


def test_a_database_from_before_forgets_them_again(project, clock, tmp_path):
    enlist(project, "anna@brief.example", EMAIL)
    copy = tmp_path / "backup.db"
    project.store.database.copy_to(copy)
    project.privacy.forget(EMAIL)
    path = project.store.database.path
    project.close()
    path.write_bytes(copy.read_bytes())

    with Project.open(project.config.root, clock=clock) as restored:
        assert restored.store.subscribers.get(EMAIL) is not None
        assert restored.privacy.replay_erasures() == 1
        assert restored.store.subscribers.get(EMAIL) is None
        assert restored.store.subscribers.get("anna@brief.example") is not None
        assert whereabouts(restored, EMAIL) == []


def test_a_backup_that_is_put_back_brings_nobody_back(project):
    enlist(project, "anna@brief.example", EMAIL)
    backup = project.backups.make()
    project.privacy.forget(EMAIL)

    project.backups.restore(backup.path)

    assert project.store.subscribers.get(EMAIL) is None
    assert project.store.subscribers.get("anna@brief.example") is not None
    assert project.store.subscribers.suppressed([KEY]) == {KEY: SuppressionReason.ERASED}


def test_a_crash_just_after_a_backup_was_put_back_brings_nobody_back(project, clock):
    enlist(project, "anna@brief.example", EMAIL)
    backup = project.backups.make()
    project.privacy.forget(EMAIL)
    database = project.store.database
    restore_backup(database, backup.path, shown="b.zip", now=clock.now())  # and nothing after it
    project.close()

    with Project.open(project.config.root, clock=clock) as again:
        assert again.store.subscribers.get(EMAIL) is None
        assert again.store.subscribers.get("anna@brief.example") is not None
        assert not owes_erasures(again.store.database)


def test_a_list_of_erased_people_of_another_database_is_refused(project):
    enlist(project, EMAIL)
    project.privacy.forget(EMAIL)
    path = project.store.erased.path
    path.write_text(path.read_text().replace("# key ", "# key 0"))

    with pytest.raises(StoreError, match="belongs to another database"):
        project.privacy.replay_erasures()


def test_a_torn_line_in_that_list_is_told_with_its_number(project):
    enlist(project, EMAIL)
    project.privacy.forget(EMAIL)
    path = project.store.erased.path
    path.write_text(path.read_text() + "0123")

    with pytest.raises(StoreError, match=r"newsletter\.db\.erased:3"):
        project.privacy.replay_erasures()


def test_what_the_author_wrote_and_what_is_out_of_reach_is_named(project):
    enlist(project, EMAIL)
    root = project.config.root
    (root / "issues" / "oud.md").write_text(f"---\nsubject: x\n---\n\nDank aan {EMAIL}!\n")
    (root / ".newsletter" / "newsletter.db.before-0003").write_bytes(b"SQLite format 3\0 old")
    run(project, plan(project))
    with project.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE campaign SET provider = 'sendgrid'")

    told = {one.where: one.fix for one in project.privacy.forget(EMAIL).unreached}

    assert set(told) == {"issues/oud.md:5", ".newsletter/newsletter.db.before-0003", "sendgrid"}
    assert EMAIL in (root / "issues" / "oud.md").read_text()


def test_what_was_exported_for_them_is_named(project):
    enlist(project, EMAIL)
    (project.config.root / "person.zip").write_bytes(make_dossier(project, EMAIL).data)
    (project.config.root / "broken.zip").write_bytes(b"PK\x03\x04 nonsense")

    (told,) = project.privacy.forget(EMAIL).unreached

    assert (told.where, told.fix) == ("person.zip", "take the person out, or: rm person.zip")


def test_a_letter_in_an_outbox_elsewhere_is_removed_as_well(tmp_path, clock):
    root = make_root(tmp_path, CONFIG + '[provider.outbox]\ndir = "../uit"\n')
    with Project.open(root, clock=clock) as project:
        enlist(project, EMAIL, "anna@brief.example")
        run(project, plan(project))

        files = project.privacy.forget(EMAIL).files

    assert len(files) == 1
    (left,) = (tmp_path / "uit").rglob("*.eml")
    assert b"anna@brief.example" in left.read_bytes()


def test_a_domain_outside_ascii_is_found_in_both_ways_of_writing_it(project):
    root = project.config.root
    enlist(project, "zoë@xn--brder-lva.example")
    (root / "list.refused.csv").write_text("email,why\nzoë@brüder.example,x\nanna@brief.example,x\n")
    (root / "dank.md").write_text("Dank aan Zoë@Brüder.example\n")

    told = project.privacy.forget("Zoë@xn--brder-lva.example")

    assert [one.where for one in told.unreached] == ["dank.md:1"]
    assert (root / "list.refused.csv").read_text("utf-8-sig").split() == ["email,why", "anna@brief.example,x"]


@pytest.mark.parametrize("url", ["newsletter.db", "../newsletter.db"])
def test_a_database_beside_files_of_the_author_does_not_make_them_ours(tmp_path, clock, url):
    root = make_root(tmp_path, CONFIG + f'[store]\nurl = "sqlite:///{url}"\n')
    mine, neighbour = root / "dank.md", tmp_path / "elsewhere.txt"
    for path in (mine, neighbour):
        path.write_text(f"Dank aan {EMAIL}!\n")
    with Project.open(root, clock=clock) as project:
        enlist(project, EMAIL)
        beside = project.store.database.beside(".note")
        beside.write_text(f"{EMAIL}\n")

        told = project.privacy.forget(EMAIL)

    assert (mine.read_text(), neighbour.read_text()) == (f"Dank aan {EMAIL}!\n",) * 2
    assert [one.where for one in told.unreached] == ["dank.md:1"]
    assert EMAIL not in beside.read_text()


def test_a_person_nobody_knows_is_told_so_and_a_wrong_address_too(project):
    enlist(project, "anna@brief.example")

    assert project.privacy.known("zoe@brief.example").is_nothing
    with pytest.raises(UsageError, match="is not an address"):
        project.privacy.known("zoe")


def test_the_log_of_consent_says_that_somebody_was_forgotten_and_no_more(project):
    project.consent.add(EMAIL, source="op papier")
    project.privacy.forget(EMAIL)

    shown = consent_history(project, EMAIL)

    assert [(str(one.event.kind), one.personal, one.is_sound) for one in shown] == [
        ("added", None, True),
        ("forgotten", None, True),
    ]


def test_every_earlier_address_of_a_reader_is_forgotten_too(project):
    enlist(project, "oud@gemeente.example")
    run(project, plan(project))
    with project.store.database.writing() as connection:
        connection.execute(update(subscriber).values(email=EMAIL, email_key=KEY))

    project.privacy.forget(EMAIL)

    assert whereabouts(project, EMAIL, "oud@gemeente.example") == []
    with project.store.database.reading() as connection:
        assert len(set(connection.scalars(select(delivery.c.email_key)))) == 1


def test_forgetting_twice_is_no_error(project):
    enlist(project, EMAIL)

    project.privacy.forget(EMAIL)
    head = project.consent.head()
    again = project.privacy.forget(EMAIL)

    assert again.is_nothing
    assert project.consent.head() == head
    assert project.store.subscribers.suppressed([KEY]) == {KEY: SuppressionReason.ERASED}
    assert project.consent.faults() == []


def invoke(project, *arguments):
    return CliRunner().invoke(cli, ["-C", str(project.config.root), "subscribers", "forget", *arguments])


def test_the_command_shows_what_is_known_and_changes_nothing_on_a_dry_run(project):
    enlist(project, EMAIL)

    told = invoke(project, EMAIL, "--dry-run")
    as_json = invoke(project, EMAIL, "--dry-run", "--json")

    assert (told.exit_code, as_json.exit_code) == (0, 0)
    assert "subscriber: 1" in told.output
    assert json.loads(as_json.stdout)["rows"] == {"subscriber": 1}
    assert project.store.subscribers.get(EMAIL) is not None


def test_the_command_forgets_only_with_a_yes(project):
    enlist(project, EMAIL)

    refused = invoke(project, EMAIL)
    assert project.store.subscribers.get(EMAIL) is not None
    done = invoke(project, EMAIL, "--yes")

    assert refused.exit_code != 0
    assert (done.exit_code, project.store.subscribers.get(EMAIL)) == (0, None)
    assert "is forgotten" in done.output


def test_the_history_of_the_repository_is_named_with_what_to_type(project):
    enlist(project, EMAIL)
    (project.config.root / ".git").mkdir()

    (told,) = project.privacy.forget(EMAIL).unreached

    assert (told.where, f"git log --all --oneline -i -S {KEY}" in told.fix) == (".git", True)


def test_the_newest_backup_is_named_wherever_it_is(project, tmp_path):
    enlist(project, EMAIL)
    project.backups.make(tmp_path / "elders.zip")

    (told,) = project.privacy.forget(EMAIL).unreached

    assert (told.where, told.fix.startswith("rm ")) == (str(tmp_path / "elders.zip"), True)


def test_the_folder_of_a_list_from_elsewhere_is_named_with_how_to_search_it(project, tmp_path):
    folder = tmp_path / "my lists"
    folder.mkdir()
    (folder / "list.csv").write_text(f"email\n{EMAIL}\nnonsense {EMAIL}\n")
    imported = project.imports.plan(folder / "list.csv")
    project.imports.write_refused(imported, folder / "list.refused.csv")
    project.imports.apply(imported)

    (told,) = project.privacy.forget(EMAIL).unreached

    assert told.where == str(folder)
    assert told.fix.endswith(f"grep -ril {KEY} '{folder}'")


def test_many_who_were_forgotten_are_forgotten_again_with_one_look_at_files_and_one_cleaning(
    project, clock, monkeypatch
):
    people = [f"{name}@brief.example" for name in ("een", "twee", "drie")]
    enlist(project, *people, EMAIL)
    backup = project.backups.make()
    for one in people:
        project.privacy.forget(one)
    restore_backup(project.store.database, backup.path, shown="b.zip", now=clock.now())
    (project.config.root / "a.refused.csv").write_text("email\neen@brief.example\nvier@brief.example\n")
    scours, looks = [], []
    scour, look = SqlErasure.scour, privacy.trace_files
    monkeypatch.setattr(SqlErasure, "scour", lambda erasure: scours.append(1) or scour(erasure))
    monkeypatch.setattr(privacy, "trace_files", lambda *of: looks.append(1) or look(*of))

    found = project.privacy.replay_erasures()

    assert (found, len(looks), len(scours)) == (3, 1, 1)
    assert "een@" not in (project.config.root / "a.refused.csv").read_text()
    assert project.store.subscribers.get(EMAIL) is not None
