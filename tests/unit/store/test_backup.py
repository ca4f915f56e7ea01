"""Backups: whole, verified, and put back without anybody being mailed again or coming back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.domain.consent import Wording
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.held import HELD_BY_RESTORE
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import AnotherRunner, StoreError
from newsletter.store.backups.backup_file import DATABASE, Manifest
from newsletter.store.backups.making import make_backup, newest_backup, verify_backup
from newsletter.store.backups.restoring import Restored, restore_backup
from newsletter.store.database.locks import hold
from newsletter.store.database.migrate import PACKAGED, Migrations, ensure_schema, revision_of
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.opening import Store
from newsletter.store.people.rights import DataRequest
from newsletter.store.readers.list_rows import overwrite_subscribers
from newsletter.store.schema.tables import suppression
from newsletter.testing.ledger_samples import NOW, a_campaign, accepted, an_attempt, members
from newsletter.testing.temporary_store import fresh_store

FILES = {"newsletter.toml": "0" * 64}
READERS = 6


@contextmanager
def _open(root: Path) -> Iterator[Store]:
    with fresh_store(root) as store:
        yield store


def _reader(email: str, key: str = "") -> Subscriber:
    return Subscriber(id=0, email=email, key=key or email, status=SubscriberStatus.ACTIVE)


def _fill(store: Store) -> None:
    for one in members(READERS):
        store.subscribers.add(_reader(one.email, one.key))
    store.ledger.plan(a_campaign(batch_size=2), members(READERS))
    store.ledger.change("c1", CampaignEvent.RUN)


def _send_one(store: Store) -> None:
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    store.ledger.intend(batch, an_attempt(batch))
    store.ledger.settle(an_attempt(batch), accepted(), NOW)


def _back_up(store: Store, target: Path) -> Manifest:
    return make_backup(store.database, target, files=FILES, version="9.9", now=NOW)


def _restore(store: Store, path: Path) -> Restored:
    return restore_backup(store.database, path, shown=path.name, now=NOW + timedelta(days=1))


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """Return a store with six readers and a running campaign of three batches."""
    with _open(tmp_path) as store:
        _fill(store)
        yield store


def test_a_backup_holds_what_the_database_held(filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"

    made = _back_up(filled, target)
    _send_one(filled)

    found = verify_backup(target, tmp_path, shown="b.zip")
    assert found == made
    assert (found.counts["subscriber"], found.counts["attempt"]) == (READERS, 0)
    assert (found.files, found.version, found.made_at) == (FILES, "9.9", NOW)


def test_a_backup_is_for_its_owner_only_whatever_the_umask(filled: Store, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _back_up(filled, tmp_path / "b.zip")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


def test_a_backup_leaves_nothing_else_behind(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    _back_up(filled, folder / "b.zip")

    assert [path.name for path in folder.iterdir()] == ["b.zip"]
    assert not list(tmp_path.glob("*.backup")) + list(tmp_path.glob("*.partial"))


def test_the_newest_backup_is_known(filled: Store, tmp_path: Path) -> None:
    assert newest_backup(filled.database) is None

    _back_up(filled, tmp_path / "b.zip")

    found = newest_backup(filled.database)
    assert found is not None
    assert (found.path, found.made_at) == (tmp_path / "b.zip", NOW)


# --- what is wrong with a backup ----------------------------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)


def _rewrite(path: Path, **parts: bytes | None) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept.update({name.replace("_", "."): data for name, data in parts.items() if data is not None})
    for name in (name.replace("_", ".") for name, data in parts.items() if data is None):
        del kept[name]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(name, data)


def _other_rows(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("manifest.json"))
    told["counts"]["subscriber"] += 1
    _rewrite(path, manifest_json=json.dumps(told).encode())


def _newer_format(path: Path) -> None:
    _rewrite(path, manifest_json=b'{"format": 2}')


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_cut, "no backup, or only a part"),
        (_flip, "is damaged"),
        (lambda path: _rewrite(path, newsletter_db=b"x" * 9000), "not what the manifest says"),
        (lambda path: _rewrite(path, newsletter_db=None), "no item named"),
        (lambda path: _rewrite(path, manifest_json=None), "cannot be read"),
        (lambda path: _rewrite(path, manifest_json=b"{"), "not one of ours"),
        (lambda path: _rewrite(path, manifest_json=b"[" * 100_000), "not one of ours"),
        (lambda path: _rewrite(path, manifest_json=b"[]"), "not one of ours"),
        (_other_rows, "other rows than the manifest says"),
        (_newer_format, "pip install --upgrade"),
        (lambda path: path.write_bytes(b""), "no backup"),
        (lambda path: path.unlink(), "cannot be read"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_and_changes_nothing(
    filled: Store, tmp_path: Path, spoil, said: str
) -> None:
    target = tmp_path / "b.zip"
    _back_up(filled, target)
    spoil(target)

    with pytest.raises(StoreError, match=said):
        verify_backup(target, tmp_path, shown="b.zip")
    with pytest.raises(StoreError, match=said):
        _restore(filled, target)

    assert filled.ledger.counts("c1") == {DeliveryState.PENDING: READERS}
    assert not [path.name for path in tmp_path.iterdir() if "restore" in path.name or "verified" in path.name]


def test_a_backup_of_a_newer_schema_is_refused(filled: Store, tmp_path: Path) -> None:
    with filled.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    _back_up(filled, tmp_path / "b.zip")

    with pytest.raises(StoreError, match=r"newer version(.|\n)*9999(.|\n)*pip install --upgrade"):
        verify_backup(tmp_path / "b.zip", tmp_path, shown="b.zip")


# --- putting it back ----------------------------------------------------------------------------------


def test_a_restored_database_is_as_it_was_and_what_was_there_is_kept(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.add(
        Subscriber(id=0, email="new@brief.example", key="new@brief.example", status=SubscriberStatus.ACTIVE)
    )

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.came_since == 1
    assert sum(filled.subscribers.counts().values()) == READERS  # also through connections that were open
    assert restored.kept is not None
    assert stat.S_IMODE(restored.kept.stat().st_mode) == 0o600
    with sqlite3.connect(restored.kept) as kept:
        assert kept.execute("SELECT count(*) FROM subscriber").fetchone() == (READERS + 1,)
    kept.close()


def test_who_left_since_the_backup_stays_away(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.unsubscribe("r1@brief.example", NOW)

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.left_since == 1
    found, gone = (
        filled.subscribers.get("r1@brief.example"),
        filled.subscribers.suppression("r1@brief.example"),
    )
    assert found is not None
    assert found.status is SubscriberStatus.UNSUBSCRIBED
    assert gone is not None
    assert gone.reason is SuppressionReason.UNSUBSCRIBED


def test_numbers_given_since_the_backup_are_never_given_again(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    came_since = filled.subscribers.add(_reader("new@brief.example")).id
    filled.ledger.plan(a_campaign("c2", issue="winter"), members(2))
    newest_batch = max(batch.id for batch in filled.ledger.batches("c2"))

    _restore(filled, tmp_path / "b.zip")

    # A link that the one was sent would open the data of the other.
    assert filled.subscribers.add(_reader("other@brief.example")).id > came_since
    filled.ledger.plan(a_campaign("c3", issue="lente"), members(2))
    assert min(batch.id for batch in filled.ledger.batches("c3")) > newest_batch


def test_numbers_given_by_a_database_that_is_lost_are_leapt_over(tmp_path: Path) -> None:
    with _open(tmp_path) as store:
        _fill(store)
        _back_up(store, tmp_path / "b.zip")
        came_since = [store.subscribers.add(_reader(f"n{n}@brief.example")).id for n in range(9)]
    for part in tmp_path.glob("newsletter.db*"):
        part.unlink()
    lost = SqliteDatabase(tmp_path / "newsletter.db", "newsletter.db")

    restore_backup(lost, tmp_path / "b.zip", shown="b.zip", now=NOW)

    lost.close()
    with _open(tmp_path) as store:
        assert store.subscribers.add(_reader("other@brief.example")).id > max(came_since)


def test_links_signed_since_the_backup_still_work_and_an_old_key_stays_retired(
    filled: Store, tmp_path: Path
) -> None:
    _back_up(filled, tmp_path / "b.zip")
    rotated = filled.signing_keys.rotate(NOW)

    _restore(filled, tmp_path / "b.zip")

    assert filled.signing_keys.read() == rotated


def test_who_paused_since_the_backup_still_pauses(filled: Store, tmp_path: Path) -> None:
    reader = filled.subscribers.get("r1@brief.example")
    assert reader is not None
    until = NOW + timedelta(days=30)
    _back_up(filled, tmp_path / "b.zip")
    filled.preferences.choose(reader.id, lambda one: one, until, NOW + timedelta(hours=1))

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.paused_since == 1
    chooser = filled.preferences.find(reader.id)
    assert chooser is not None
    assert (chooser.reader.status, chooser.paused_until) == (SubscriberStatus.PAUSED, until)


def test_what_readers_chose_since_the_backup_stays_and_what_an_import_changed_does_not(
    filled: Store, tmp_path: Path
) -> None:
    first, second = (filled.subscribers.get(f"r{one}@brief.example") for one in (1, 2))
    assert first is not None
    assert second is not None
    _back_up(filled, tmp_path / "b.zip")
    wish = replace(first, lang="en", tags=frozenset({"water"}), fields={"frequency": "seldom"})
    filled.preferences.choose(first.id, lambda _: wish, None, NOW + timedelta(hours=1))
    with filled.database.writing() as connection:
        overwrite_subscribers(connection, [replace(second, lang="fr")])

    restored = _restore(filled, tmp_path / "b.zip")

    now = filled.subscribers.get(first.email)
    other = filled.subscribers.get(second.email)
    assert restored.chose_since == 1
    assert (now, other) == (replace(wish, id=first.id), second)


def test_a_backup_that_is_not_there_is_told_with_what_to_type(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="fix: name a file that `newsletter backup` wrote"):
        _restore(filled, tmp_path / "nope.zip")


def test_who_refused_every_mail_since_the_backup_still_does(filled: Store, tmp_path: Path) -> None:
    first = "r1@brief.example"
    filled.subscribers.suppress(first, SuppressionReason.BOUNCED, NOW)
    _back_up(filled, tmp_path / "b.zip")
    with filled.database.writing() as connection:
        connection.execute(update(suppression).values(reason=SuppressionReason.MANUAL))

    _restore(filled, tmp_path / "b.zip")

    found = filled.subscribers.suppression(first)
    assert found is not None
    assert found.reason is SuppressionReason.MANUAL


def _ask_for_data(store: Store, reader: int) -> None:
    email = f"r{reader}@brief.example"
    store.rights.request(
        DataRequest(
            email=email,
            key=email,
            email_hmac=f"{reader:032x}",
            lang="nl",
            delivery_id=f"{reader:032x}",
            nonce=f"{reader:016x}",
            at=NOW,
        )
    )


def _send_first_mail(store: Store) -> None:
    mail = store.service_mails.waiting(NOW, 1)[0]
    tried = replace(mail, attempt=1, attempt_key="service.1.1.0", body_digest="0" * 64)
    assert store.service_mails.intend(tried, Wording(name="rights.nl", lang="nl", text="x"), NOW) is True
    store.service_mails.settle(tried, Outcome(kind=OutcomeKind.ACCEPTED), NOW)


def test_a_mail_to_one_person_that_left_since_is_held_and_one_that_waits_still_goes(
    filled: Store, tmp_path: Path
) -> None:
    _ask_for_data(filled, 1)
    _ask_for_data(filled, 2)
    _back_up(filled, tmp_path / "b.zip")
    _send_first_mail(filled)

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.held_mails == 1
    assert [one.email for one in filled.service_mails.waiting(NOW, 10)] == ["r2@brief.example"]
    assert [one.email for one in filled.service_mails.unknown(10)] == ["r1@brief.example"]


def test_who_confirmed_since_the_backup_is_counted_among_who_came(filled: Store, tmp_path: Path) -> None:
    added = filled.subscribers.add(replace(_reader("new@brief.example"), status=SubscriberStatus.PENDING))
    _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.set_status(added.email, SubscriberStatus.ACTIVE, NOW)

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.came_since == 1


def test_a_backup_takes_the_place_of_a_database_of_an_older_version(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    with filled.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE pause")  # the sixth version made it
        connection.exec_driver_sql("DROP TABLE chosen")  # and the thirteenth this one

    restored = _restore(filled, tmp_path / "b.zip")

    assert not restored.is_blind
    assert sum(filled.subscribers.counts().values()) == READERS


def test_a_batch_released_on_a_guess_before_the_backup_is_not_sent_a_third_time(
    filled: Store, tmp_path: Path
) -> None:
    batch = filled.ledger.next_batch("c1", NOW)
    assert batch is not None
    filled.ledger.intend(batch, an_attempt(batch))
    filled.ledger.lose_orphans("c1")
    filled.ledger.resolve("c1", assume_sent=False, now=NOW)
    _back_up(filled, tmp_path / "b.zip")
    _send_one(filled)

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.held == {"c1": READERS}
    assert filled.ledger.counts("c1") == {DeliveryState.UNKNOWN: READERS}


def test_the_log_of_consent_says_how_it_is_known_who_left_since_the_backup(
    filled: Store, tmp_path: Path
) -> None:
    _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.unsubscribe("r1@brief.example", NOW)

    _restore(filled, tmp_path / "b.zip")

    with sqlite3.connect(filled.database.path) as restored:
        sources = restored.execute("SELECT source FROM consent_personal").fetchall()
    restored.close()
    assert sources == [("the database that a backup was put in the place of",)]


def test_a_campaign_that_sent_since_is_held_and_nobody_is_mailed_on_a_guess(
    filled: Store, tmp_path: Path
) -> None:
    _send_one(filled)
    _back_up(filled, tmp_path / "b.zip")
    _send_one(filled)

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.held == {"c1": READERS - 2}
    campaign = filled.ledger.campaign("c1")
    assert (campaign.state, campaign.reason) == (CampaignState.HALTED, HELD_BY_RESTORE)
    assert filled.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.UNKNOWN: READERS - 2}


def test_a_campaign_that_did_not_send_since_goes_on(filled: Store, tmp_path: Path) -> None:
    _send_one(filled)
    _back_up(filled, tmp_path / "b.zip")

    restored = _restore(filled, tmp_path / "b.zip")

    assert restored.held == {}
    assert filled.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.PENDING: READERS - 2}


def test_an_issue_sent_since_is_named(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    filled.ledger.plan(a_campaign("c2", issue="winter"), members(2))

    assert _restore(filled, tmp_path / "b.zip").lost == ("winter",)


def test_a_lost_database_is_restored_and_its_waiting_mail_is_held(tmp_path: Path) -> None:
    with _open(tmp_path) as store:
        _fill(store)
        _back_up(store, tmp_path / "b.zip")
    for part in tmp_path.glob("newsletter.db*"):
        part.unlink()
    lost = SqliteDatabase(tmp_path / "newsletter.db", "newsletter.db")

    restored = restore_backup(lost, tmp_path / "b.zip", shown="b.zip", now=NOW)

    lost.close()
    assert (restored.kept, restored.is_blind) == (None, True)
    with _open(tmp_path) as store:
        assert store.ledger.counts("c1") == {DeliveryState.UNKNOWN: READERS}


def test_a_damaged_database_is_set_aside(tmp_path: Path) -> None:
    with _open(tmp_path) as store:
        _fill(store)
        _back_up(store, tmp_path / "b.zip")
        store.close()
        store.database.path.write_bytes(b"garbage" * 1000)

        restored = _restore(store, tmp_path / "b.zip")

        assert restored.is_blind
        assert restored.kept is not None
        assert restored.kept.read_bytes() == b"garbage" * 1000
        assert sum(store.subscribers.counts().values()) == READERS


def test_nothing_is_restored_while_somebody_sends(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")

    with (
        hold(filled.database.beside(".runner-lock"), "sending", shown="x"),
        pytest.raises(AnotherRunner, match="sending"),
    ):
        _restore(filled, tmp_path / "b.zip")


def test_a_database_of_another_program_is_not_replaced(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    filled.close()
    for part in tmp_path.glob("newsletter.db*"):
        part.unlink()
    with sqlite3.connect(filled.database.path) as other:
        other.execute("CREATE TABLE moz_places (id)")
    other.close()

    with pytest.raises(StoreError, match="another program"):
        _restore(filled, tmp_path / "b.zip")


def test_a_backup_of_an_older_version_is_brought_to_this_one(tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(PACKAGED.location, older)
    for script in (older / "versions").glob("*.py"):
        if script.name[:4] > "0008":
            script.unlink()
    database = SqliteDatabase(tmp_path / "newsletter.db", "newsletter.db")
    database.create()
    ensure_schema(database, Migrations(location=older, head="0008"))
    make_backup(database, tmp_path / "b.zip", files=FILES, version="0.0", now=NOW)
    ensure_schema(database)

    restored = restore_backup(database, tmp_path / "b.zip", shown="b.zip", now=NOW)

    assert (restored.manifest.revision, revision_of(database)) == ("0008", PACKAGED.head)
    assert not list(tmp_path.glob("*.restore*"))
    database.close()


def test_what_is_restored_again_changes_nothing(filled: Store, tmp_path: Path) -> None:
    _back_up(filled, tmp_path / "b.zip")
    _send_one(filled)

    first, second = _restore(filled, tmp_path / "b.zip"), _restore(filled, tmp_path / "b.zip")

    assert (first.held, second.held) == ({"c1": READERS}, {"c1": READERS})
    assert filled.ledger.counts("c1") == {DeliveryState.UNKNOWN: READERS}
    assert DATABASE == "newsletter.db"
