"""Sending from the command line: asked, refused, repeated, stopped, resumed; nobody ever gets it twice."""

import signal
from email import message_from_bytes
from email.policy import default

import pytest
from cli_world import PATIENCE_S, type_into
from PIL import Image


def test_without_a_yes_off_a_terminal_nothing_is_written_down(project):
    before = _traces(project)

    refused = project.run("send", "first")
    shown = project.run("send", "first", "--dry-run", "--json")

    assert (refused.code, "add --yes" in refused.err, refused.out) == (2, True, "")
    assert (shown.code, shown.json["count"], shown.json["first"]) == (0, 40, "r00@x.example")
    assert "nothing was sent and nothing was written down" in shown.err
    assert _traces(project) == before


def test_typing_the_count_sends_and_anything_else_does_not(project):
    for answer, code in (("y\n", 130), ("\x04", 130)):
        assert type_into(project, ("send", "first"), "else to stop: ", answer)[0] == code
    assert "Nothing was sent yet" in project.run("status").err

    code, seen = type_into(project, ("send", "first"), "else to stop: ", "40\n")

    assert (code, project.mails()) == (0, 40), seen
    assert "40/40" in seen  # the bar
    assert "40 accepted" in seen


def test_a_second_send_mails_only_who_has_not_had_it(project):
    project.check("--to", "tag:even")

    first = project.run("send", "first", "--to", "tag:even", "--yes")
    again = project.run("send", "first", "--to", "tag:even", "--yes", "--json")
    rest = project.run("send", "first", "--yes", "--json")

    assert (first.code, again.code, again.out, rest.code) == (0, 5, "", 0)
    assert "nobody is mailed the same issue twice" in again.err
    assert "20 already have this issue" in rest.err
    assert (rest.json["counts"], rest.json["exit_code"]) == ({"accepted": 20}, 0)
    assert project.mails() == 40
    assert (project.run("resume").code, project.run("resume", "first").code, project.mails()) == (2, 0, 40)


def test_one_sends_at_a_time_and_may_be_paused_from_elsewhere(project):
    project.configure('rate = "1/s"')
    project.check("--to", "tag:even")
    sender = project.start("send", "first", "--to", "tag:even", "--yes")
    project.wait_for_mails(1)

    second = project.run("send", "first", "--yes")
    resumed = project.run("resume")
    paused = project.run("pause", "first")
    out, err = sender.communicate(timeout=PATIENCE_S)

    assert (second.code, resumed.code, paused.code, sender.returncode) == (75, 75, 0, 4), err
    assert "another process holds this database" in second.err
    assert "paused" in out
    assert "newsletter resume" in err
    config = project.root / "newsletter.toml"
    config.write_text(config.read_text("utf-8").replace("1/s", "1000/s"), "utf-8")
    assert project.run("resume", "--json").code == 0
    assert (project.counts(), project.mails()) == ({"accepted": 20}, 20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_send_stops_cleanly_and_can_be_cancelled(project, number):
    project.configure('rate = "1/s"')
    sender = project.start("send", "first", "--yes")
    project.wait_for_mails(1)

    sender.send_signal(number)
    out, err = sender.communicate(timeout=PATIENCE_S)

    counts = project.counts()
    assert (sender.returncode, "stopped" in out) == (4, True), err
    assert "what is under way is finished first" in err
    assert sum(counts.values()) == 40
    assert counts["accepted"] == project.mails()
    cancelled = project.run("cancel", "first")
    assert (cancelled.code, f"{counts['pending']} cancelled" in cancelled.out) == (0, True)
    for command, said in (("resume", "cannot be sent"), ("pause", "cannot be paused")):
        done = project.run(command, "first")
        assert (done.code, said in done.err) == (2, True), done.err


def test_a_letter_can_be_taken_back_from_elsewhere_before_anything_leaves(project):
    sender = project.start("send", "first", "--yes", "--undo", "1h")
    assert sender.stderr is not None
    assert any("newsletter cancel" in line for line in sender.stderr)

    cancelled = project.run("cancel", "first")
    _, err = sender.communicate(timeout=PATIENCE_S)

    assert (cancelled.code, sender.returncode) == (0, 4), err
    assert "Taken back: nothing was sent" in err
    assert (project.counts(), project.mails()) == ({"cancelled": 40}, 0)


def test_after_a_crash_a_changed_letter_is_not_sent_to_the_rest(project):
    project.configure('rate = "1/s"')
    sender = project.start("send", "first", "--yes")
    project.wait_for_mails(1)
    sender.kill()
    sender.communicate()
    left = project.mails()
    template = project.root / "templates/letter.mjml.j2"
    for path, old, new, said in (
        (project.issue, "A first letter", "A second letter", "the issue, or a picture in it, changed"),
        (template, "</mj-section>", "</mj-section><!-- x -->", "the template, or a file it uses, changed"),
        (project.root / "newsletter.toml", "Your Name", "Her Name", "the configuration"),
    ):
        kept = path.read_text("utf-8")
        path.write_text(kept.replace(old, new, 1), "utf-8")

        done = project.run("resume")

        path.write_text(kept, "utf-8")
        assert (done.code, said in done.err) == (5, True), done.err
        assert "undo the change and run: newsletter resume" in done.err
        assert "newsletter cancel" in done.err
    project.issue.unlink()
    gone = project.run("resume")
    assert (gone.code, "the issue of this campaign is gone" in gone.err) == (2, True)
    assert project.mails() == left


def test_a_picture_that_changes_halfway_stops_the_rest(project):
    picture = project.issue.parent / "kade.png"
    Image.new("RGB", (90, 60), "navy").save(picture)
    letter = project.issue.read_text("utf-8")
    project.issue.write_text(f"{letter}\n![De kade](kade.png)\n", "utf-8")
    project.configure('rate = "1/s"')
    project.check()
    sender = project.start("send", "first", "--yes")
    project.wait_for_mails(1)
    sender.kill()
    sender.communicate()
    left = project.mails()
    Image.new("RGB", (90, 60), "red").save(picture)

    changed = project.run("resume")

    assert (changed.code, "a picture in it, changed" in changed.err) == (5, True), changed.err
    assert "undo the change and run: newsletter resume" in changed.err
    assert project.mails() == left


def test_a_letter_that_changed_since_its_check_stays(project):
    before = _traces(project)
    letter = project.issue.read_text("utf-8")
    project.issue.write_text(letter.replace("first letter", "second letter"), "utf-8")

    refused = project.run("send", "first", "--yes")
    shown = project.run("send", "first", "--dry-run", "--json")

    assert (refused.code, shown.code) == (5, 5)
    assert f"issues/{project.issue.name} changed since the check of " in refused.err
    assert "not as it is now" in refused.err
    assert f"fix: newsletter check issues/{project.issue.name}" in refused.err
    assert shown.json["in_the_way"][0].startswith(f"issues/{project.issue.name} changed")
    assert _traces(project).keys() == before.keys()
    project.check()
    assert (project.run("send", "first", "--yes").code, project.mails()) == (0, 40)


def test_warnings_are_seen_by_somebody_before_the_letter_leaves(project):
    project.issue.write_text(f"{project.issue.read_text('utf-8')}\nThis is the the end.\n", "utf-8")
    project.check()

    refused = project.run("send", "first")
    asked = type_into(project, ("send", "first"), "Send with 1 warning? ", "n\n")
    sent = project.run("send", "first", "--yes")

    assert (refused.code, "nobody is at the terminal to look at 1 warning" in refused.err) == (2, True)
    assert (asked[0], 'TX006 "the" stands twice' in asked[1]) == (130, True), asked[1]
    assert (sent.code, project.mails()) == (0, 40)
    campaign = project.run("status", "--json").json[0]
    assert ['TX006 "the" stands twice'] == [one.partition(" ")[2] for one in campaign["warnings"]]
    assert "1 warning seen" in project.run("status").out


def test_only_a_check_with_every_rule_counts(project):
    (project.root / ".newsletter/receipts").rename(project.root / "away")

    for arguments in (("--select", "TX"), ("--ignore", "TX"), ("--now", "2026-11-24"), ("--diff",)):
        assert project.run("check", "first", *arguments).code == 0
        assert project.run("send", "first", "--yes").code == 5

    assert project.run("check", "first", "--fix", "--json").code == 0
    assert project.run("send", "first", "--yes").code == 0


def test_a_receipt_that_cannot_be_written_is_told_and_the_check_goes_on(project):
    receipts = project.root / ".newsletter/receipts"
    receipts.rename(project.root / "away")
    receipts.write_text("no directory")

    done = project.run("check", "first")

    assert (done.code, "passed: 0 errors" in done.out) == (0, True)
    assert "the receipt cannot be written" in done.err


def test_a_time_that_cannot_be_is_refused(project):
    for when, said in (
        ("garbage", "2026-12-01 09:30"),
        ("", "2026-12-01 09:30"),
        ("2020-01-01 09:30", "has passed"),
    ):
        done = project.run("send", "first", "--yes", "--at", when)

        assert (done.code, said in done.err) == (2, True), done.err
    assert "Nothing was sent yet" in project.run("status").err


def test_a_test_goes_to_any_address_but_not_to_a_wrong_one(project):
    wrong = project.run("send", "first", "--test", "foo", "--test", "@x", "--test", "ok@x.example")
    done = project.run("send", "first", "--test", "r01@x.example", "--test", "new@y.example", "--json")

    assert (wrong.code, '"foo"' in wrong.err, '"@x"' in wrong.err) == (2, True, True)
    assert [(one["email"], one["outcome"]) for one in done.json] == [
        ("r01@x.example", "accepted"),
        ("new@y.example", "accepted"),
    ]
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in (project.root / "outbox").rglob("*.eml")
    ]
    greetings = {mail["To"]: mail.get_body(("plain",)).get_content().split(",")[0] for mail in mails}
    assert greetings == {"r01@x.example": "Dear R1", "new@y.example": "Dear reader"}
    assert {mail["Subject"] for mail in mails} == {"[Test] A first letter"}
    assert "Nothing was sent yet" in project.run("status").err


def test_status_lists_every_delivery_as_one_object_a_line(project):
    import json

    assert project.run("status", "--json").json == []
    assert project.run("status", "--deliveries").code == 2
    assert project.run("send", "first", "--yes").code == 0

    done = project.run("status", "--json", "--deliveries")

    rows = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err, len(rows)) == (0, "", 40)
    assert all(list(row) == ["delivery", "email", "state", "attempt"] for row in rows)
    assert {(row["state"], row["attempt"]) for row in rows} == {("accepted", 1)}


def test_a_campaign_that_is_not_there_is_no_other_one(project):
    assert project.run("send", "first", "--yes").code == 0

    for name in ("", "firs"):
        done = project.run("cancel", name)

        assert (done.code, "there is no campaign" in done.err) == (2, True), done.err


def _traces(project):
    """Return every file with its bytes, but for SQLite's own files beside the database."""
    files = (path for path in project.root.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if not path.name.endswith(("-wal", "-shm", "-lock"))}
