"""Events come in by a command, and the report tells what they said."""

from __future__ import annotations

import json

import pytest
from cli_world import run


@pytest.fixture
def sent(project):
    project.check()
    assert project.run("send", "first", "--yes").code == 0
    rows = project.run("status", "--json", "--deliveries").out.splitlines()
    return project, [json.loads(row) for row in rows]


def test_events_come_in_and_the_report_shows_them(sent):
    project, rows = sent
    silent = project.run("report")
    kinds = [{"event": "delivered"}, {"event": "bounced", "bounce": "hard", "reason": "550 \x1b[31mgone"}]
    told = [
        {"id": str(number), "at": "2026-11-24T09:31:00Z", "delivery": row["delivery"], **kind}
        for number, (row, kind) in enumerate(zip(rows, kinds, strict=False))
    ]
    (project.root / "r.jsonl").write_text("\n".join(map(json.dumps, told)))

    tried = project.run("events", "import", "r.jsonl", "--dry-run")
    taken = project.run("events", "import", "r.jsonl")
    again = project.run("events", "import", "r.jsonl", "--json")
    shown = project.run("report")

    assert "outbox tells nothing after it took mail" in silent.err
    assert (tried.code, tried.out) == (0, taken.out), tried.err
    assert "2 events, 2 new: 1 bounced, 1 delivered\n  never mailed again: 1 bounced" in taken.out
    assert (again.json["read"], again.json["new"]) == (2, 0)
    assert "delivered" in shown.out
    assert "\x1b" not in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert project.run("report", "--json").json["bounces"] == {"hard": 1}
    assert len(project.run("report", "--csv").out.splitlines()) == len(rows) + 1
    assert run("subscribers", "why", rows[1]["email"], cwd=project.root).out.count("never mailed again") == 1


def test_a_file_that_is_no_report_is_told(sent):
    project, _ = sent
    (project.root / "r.jsonl").write_text('{"id": "1"}\nnope\n')

    done = project.run("events", "import", "r.jsonl", "gone.json")

    assert done.code == 2
    assert [line.partition(" error")[0] for line in done.err.splitlines() if "error: " in line] == [
        "r.jsonl:1:",
        "r.jsonl:2:",
        "gone.json:",
    ]


def test_a_letter_that_is_out_is_corrected_by_two_commands(sent):
    project, rows = sent
    letter = project.issue
    letter.write_text(letter.read_text().replace("With kind regards", "With the kindest regards"))
    (project.root / "issues/2026-11-25-oops.md").write_text(
        '---\nsubject: "A word was wrong in my last letter"\npreheader: "One word; the rest stands."\n---\n'
        "Dear reader,\n\nOne word was wrong in my last letter.\n\nWith kind regards,\nAnn\n"
    )

    tried = project.run("correct", "first", "--dry-run")
    archived = project.run("correct", "first", "--yes")
    shown = project.run("correct", "first", "--notice", "oops", "--dry-run", "--json")
    told = project.run("correct", "first", "--notice", "oops", "--yes")

    assert (tried.code, archived.code) == (0, 0), tried.err + archived.err
    assert "Nobody is left to get the mended letter; only the archive would get it." in tried.err
    assert shown.json["plan"]["count"] == len(rows), shown.err
    assert told.code == 0, told.err
    assert f"{len(rows)} accepted" in told.out
    assert "corrects campaign" in project.run("status", "oops").out
    assert project.run("correct", "nothing").code == 2
