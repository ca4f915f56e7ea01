"""Leaving a letter to workers, on the command line, with the list in a file."""

from __future__ import annotations

import signal

from cli_world import PATIENCE_S


def test_a_letter_that_is_left_to_workers_leaves_when_one_comes(project):
    project.check()

    queued = project.run("send", "first", "--queue", "--yes", "--json")
    waiting = project.run("status", "--json")
    worked = project.run("worker", "--once")
    after = project.run("status", "--json")

    assert (queued.code, queued.json["state"], queued.json["workers"]) == (0, "running", 0)
    assert (waiting.code, waiting.json[0]["counts"]) == (4, {"pending": 40})
    assert (worked.code, project.mails()) == (0, 40), worked.err
    assert (after.code, after.json[0]["state"]) == (0, "finished")


def test_a_worker_is_listed_while_it_works_and_ends_when_it_is_told_to(project):
    project.check()
    project.run("send", "first", "--queue", "--yes")
    worker = project.start("worker")
    project.wait_for_mails(40)

    listed = project.run("status")
    worker.send_signal(signal.SIGTERM)
    _, err = worker.communicate(timeout=PATIENCE_S)

    assert listed.out.count("worker ") == 1
    assert "heard" in listed.out
    assert (worker.returncode, "Stopped." in err) == (0, True)
    assert "worker " not in project.run("status").out


def test_a_campaign_that_is_paused_is_handed_over_by_resume(project):
    project.check()
    queued = project.run("send", "first", "--queue", "--yes")
    project.run("pause", "first")

    project.run("worker", "--once")
    before = project.mails()
    handed = project.run("resume", "--queue")
    project.run("worker", "--once")

    assert (queued.code, before) == (0, 0)
    assert (handed.code, "No worker is at work" in handed.err, project.mails()) == (0, True, 40)
