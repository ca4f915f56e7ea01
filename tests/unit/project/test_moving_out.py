"""Everything in plain files, and a newsletter made of them again: same readers, letters and suppressions."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.delivery.wish import Wish
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import DeliveryRefused, UsageError
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.project.moving.leaving import move_out
from newsletter.project.moving.moving import move_in

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FIRST = "issues/2026-11-24-first.md"


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a newsletter that mailed its first letter, and the ZIP file of all of it."""
    root = tmp_path_factory.mktemp("leaving") / "letters"
    start_newsletter(root, name="Letters", lang="en", today=NOW.date())
    (root / "issues/2026-12-01-next.md").write_text("---\nsubject: Next\n---\nTo be written.\n")
    with Project.open(root, environment={}, clock=FixedClock(NOW)) as project:
        for name in ("ann", "bob"):
            email = f"{name}@brief.example"
            project.store.subscribers.add(
                Subscriber(
                    id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, fields={"first_name": name}
                )
            )
        project.gate.check(root / FIRST)
        prepared = project.sending.prepare(root / FIRST, wish=Wish())
        clearance = project.gate.judge(root / FIRST, prepared.plan.segment).require()
        campaign = project.sending.freeze(prepared, clearance)
        project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
        project.audience.unsubscribe("bob@brief.example")
        target = root.parent / "all.zip"
        move_out(project, target)
    return root, target


def test_what_comes_back_has_the_same_readers_letters_and_settings(
    left: tuple[Path, Path], tmp_path: Path
) -> None:
    root, target = left

    arrival = move_in(tmp_path / "back", target, name=None, lang=None, today=NOW.date())

    with Project.open(root) as before, Project.open(tmp_path / "back") as after:
        readers = [
            [(one.email, one.status, dict(one.fields)) for one in project.store.subscribers.all()]
            for project in (before, after)
        ]
        bob = after.audience.why("bob@brief.example", None, None)
    assert readers[0] == readers[1]
    assert not bob.is_mailed
    assert (arrival.sent, arrival.drafts, list(arrival.refused)) == (1, 1, [])
    assert "figures, replies and the consent log stay in the export" in str(arrival.notes[0])
    for name in ("newsletter.toml", "issues/2026-12-01-next.md", "templates/letter.mjml.j2"):
        assert (tmp_path / "back" / name).read_bytes() == (root / name).read_bytes()


def test_a_letter_that_was_sent_is_not_sent_again_after_it_came_back(
    left: tuple[Path, Path], tmp_path: Path
) -> None:
    move_in(tmp_path / "back", left[1], name=None, lang=None, today=NOW.date())

    with Project.open(tmp_path / "back") as project:
        with pytest.raises(DeliveryRefused, match="newsletter sent this letter already"):
            project.sending.prepare(tmp_path / "back" / FIRST, segment="everyone")
        issue = project.issues.load(tmp_path / "back" / FIRST)
    assert issue.date is not None
    assert issue.archive == "public"


def test_a_stranger_can_read_it_and_nobody_else_on_the_machine(
    left: tuple[Path, Path], tmp_path: Path
) -> None:
    with Project.open(left[0]) as project:
        counts, notes = move_out(project, tmp_path / "all")

    campaigns = list(csv.DictReader((tmp_path / "all/campaigns.csv").read_text().splitlines()))
    consent = list(csv.DictReader((tmp_path / "all/consent.csv").read_text().splitlines()))
    sent = json.loads((tmp_path / "all/newsletter-export.json").read_text())["sent"]
    assert [one["issue"] for one in campaigns] == ["first"]
    assert [one["kind"] for one in consent][-1] == "withdrawn"
    assert [one["path"] for one in sent] == [FIRST]
    assert (tmp_path / "all/built/2026-11-24-first/first.html").is_file()
    assert (tmp_path / "all").stat().st_mode & 0o077 == 0
    assert counts["issues"] == 2
    assert not notes


def test_a_password_in_the_settings_stays_behind(left: tuple[Path, Path], tmp_path: Path) -> None:
    root, _ = left
    config = root / "newsletter.toml"
    kept = config.read_text()
    with Project.open(root) as project:
        config.write_text(kept + '\n[store]\nurl = "postgresql://me:secret@db.example/x"\n')
        try:
            move_out(project, tmp_path / "all.zip")
        finally:
            config.write_text(kept)

    with pytest.raises(UsageError, match="this exists already"), Project.open(root) as project:
        move_out(project, tmp_path / "all.zip")
    move_in(tmp_path / "back", tmp_path / "all.zip", name=None, lang=None, today=NOW.date())
    settings = (tmp_path / "back/newsletter.toml").read_text()
    assert "secret" not in settings
    assert '# url = "postgresql://me:…@db.example/x"' in settings


def test_a_letter_in_two_languages_comes_back_as_sent_in_both(tmp_path: Path) -> None:
    root = tmp_path / "letters"
    start_newsletter(root, name="Letters", lang="en", today=NOW.date())
    (root / FIRST).unlink()
    for lang, text in (("en", "We met you and the others."), ("nl", "Wij zagen jullie en de anderen.")):
        head = '---\nsubject: "24-11"\n---\n'
        (root / f"issues/2026-11-24-first.{lang}.md").write_text(head + text + "\n\n{{ unsubscribe_url }}\n")
    with Project.open(root, environment={}, clock=FixedClock(NOW)) as project:
        project.store.subscribers.add(
            Subscriber(id=0, email="a@b.example", key="a@b.example", status=SubscriberStatus.ACTIVE)
        )
        path = root / "issues/2026-11-24-first.en.md"
        for lang in ("en", "nl"):
            project.gate.check(root / f"issues/2026-11-24-first.{lang}.md", segment="everyone")
        prepared = project.sending.prepare(path, segment="everyone", wish=Wish())
        clearance = project.gate.judge(path, "everyone").require()
        campaign = project.sending.freeze(prepared, clearance)
        project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
        move_out(project, tmp_path / "all.zip")

    arrival = move_in(tmp_path / "back", tmp_path / "all.zip", name=None, lang=None, today=NOW.date())

    assert (arrival.sent, arrival.drafts) == (2, 0)
    with Project.open(tmp_path / "back") as project:
        for lang in ("en", "nl"):
            other = "nl" if lang == "en" else "en"
            (tmp_path / f"back/issues/2026-11-24-first.{other}.md").rename(tmp_path / "aside.md")
            with pytest.raises(DeliveryRefused, match="newsletter sent this letter already"):
                project.sending.prepare(
                    tmp_path / f"back/issues/2026-11-24-first.{lang}.md", segment="everyone"
                )
            (tmp_path / "aside.md").rename(tmp_path / f"back/issues/2026-11-24-first.{other}.md")
