"""Backups from the command line: made while a letter is sent, killed half-way, put back."""

import os
import signal
import subprocess

import pytest
from cli_world import COMMAND, environment

from newsletter.project import Project as Library


def test_every_backup_made_while_a_letter_is_sent_is_whole_and_of_one_moment(project, tmp_path):
    project.extra["NEWSLETTER_PROVIDER_RATE"] = "40/s"
    sender = project.start("send", "first", "--yes")
    project.wait_for_mails(1)
    made = []
    with Library.open(project.root) as library:
        while sender.poll() is None or not made:
            made.append(library.backups.make(tmp_path / f"{len(made)}.zip"))
        assert sender.communicate()[1] is not None
        assert sender.returncode == 0
        for one in made:
            assert library.backups.verify(one.path).manifest == one.manifest

    for number, one in enumerate((made[0], made[-1])):
        restored = project.copy_to(tmp_path / f"restored-{number}")
        for part in restored.database.parent.glob("newsletter.db*"):
            part.unlink()
        with Library.open(restored.root) as library:
            library.backups.restore(one.path)
            (campaign,) = library.store.ledger.campaigns()
            states = library.store.ledger.counts(campaign.id)
        # Nobody knows what was sent since, so nobody waits to be mailed.
        assert set(states) <= {"accepted", "unknown", "submitting"}, states
        assert sum(states.values()) == 40


@pytest.mark.kill
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_backup_that_is_killed_leaves_no_half_file_and_the_next_one_works(project, call):
    folder = project.root / "safe"
    folder.mkdir()
    killed = 0
    for number in range(1, 4):
        done = subprocess.run(
            ["strace", "-f", "-o", os.devnull, "-e", f"inject={call}:signal=KILL:when={number}", *COMMAND,
             "backup", "-o", str(folder / "b.zip")],
            cwd=project.root, env=environment(), capture_output=True, check=False,
        )  # fmt: skip
        killed += done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        if (folder / "b.zip").exists():
            assert project.run("backup", "--verify", str(folder / "b.zip")).code == 0

    done = project.run("backup", "-o", str(folder / "b.zip"))

    assert killed, "the process was never killed"
    assert done.code == 0, done.err
    assert project.run("backup", "--verify", str(folder / "b.zip")).code == 0
    assert [path.name for path in folder.iterdir()] == ["b.zip"]
    assert not list(project.database.parent.glob("*.partial"))


def test_only_as_many_backups_stay_as_are_wanted(project):
    project.configure("[store]\nbackups_kept = 2\n")
    for _ in range(4):
        assert project.run("backup").code == 0

    assert len(list((project.root / ".newsletter/backups").iterdir())) == 2


def test_a_backup_is_put_back_after_a_yes(project, tmp_path):
    target = tmp_path / "b.zip"
    assert project.run("backup", "-o", str(target)).code == 0
    assert project.run("subscribers", "unsubscribe", "r01@x.example").code == 0
    (project.root / "l2.csv").write_text("email\nnew@x.example\n")
    assert project.run("subscribers", "import", "l2.csv", "--apply").code == 0

    refused = project.run("restore", str(target))
    done = project.run("restore", str(target), "--yes", "--json")

    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert (done.code, done.json["left_since"], done.json["held"]) == (0, 1, {})
    assert "not on the list" in project.run("subscribers", "why", "new@x.example").out
    assert "unsubscribed" in project.run("subscribers", "why", "r01@x.example").out


def test_a_backup_of_nothing_is_refused(bare):
    done = bare.run("backup")

    assert (done.code, "nothing to back up yet" in done.err) == (2, True)
    assert not bare.database.parent.exists()


def test_a_backup_is_not_written_to_a_folder_that_is_not_there(project):
    missing = project.run("backup", "-o", "away/b.zip")
    forbidden = project.run("backup", "-o", "/proc/b.zip")

    assert (missing.code, missing.err) == (2, "away: error: there is no such folder\n")
    assert (forbidden.code, "/proc/b.zip: error: the backup cannot be written" in forbidden.err) == (6, True)


def test_a_backup_replaces_a_backup_and_nothing_else(project, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    whole, half = tmp_path / "b.zip", tmp_path / "half.zip"
    assert project.run("backup", "-o", str(whole)).code == 0
    half.write_bytes(whole.read_bytes()[:999])
    needed = [project.root / "newsletter.toml", project.database, half]
    before = [one.read_bytes()[:16] for one in needed]

    again = project.run("backup", "-o", str(whole))
    slips = [project.run("backup", "-o", str(one)) for one in (*needed, tmp_path / "pipe")]

    assert again.code == 0
    assert [(one.code, "exists already and is not replaced" in one.err) for one in slips] == [(2, True)] * 4
    assert [one.read_bytes()[:16] for one in needed] == before


@pytest.mark.parametrize("command", [("backup", "--verify"), ("restore", "--yes")])
def test_what_is_no_backup_is_told_with_its_name(project, command):
    done = project.run(*command, "l.csv")

    assert (done.code, "l.csv: error: this is no backup" in done.err) == (6, True), done.err


@pytest.mark.kill
@pytest.mark.parametrize(
    ("call", "number"), [("pwrite64", 3), ("pwrite64", 60), ("fdatasync", 2), ("unlink", 1)]
)
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(project, tmp_path, call, number):
    target = tmp_path / "b.zip"
    assert project.run("backup", "-o", str(target)).code == 0
    (project.root / "l2.csv").write_text("email\nnew@x.example\n")
    assert project.run("subscribers", "import", "l2.csv", "--apply").code == 0

    done = subprocess.run(
        ["strace", "-f", "-o", os.devnull, "-e", f"inject={call}:signal=KILL:when={number}", *COMMAND,
         "restore", "--yes", str(target)],
        cwd=project.root, env=environment(), capture_output=True, check=False,
    )  # fmt: skip

    with Library.open(project.root) as library:
        readers = sum(library.store.subscribers.counts().values())
        again = library.backups.restore(target)
        after = sum(library.store.subscribers.counts().values())
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), "the process was never killed"
    assert readers in (40, 41)
    assert (after, again.is_blind) == (40, False)
