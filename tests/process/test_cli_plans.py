"""Plans on the command line: shown with their times, and carried out wave by wave."""


def test_the_plan_is_shown_wave_by_wave_and_carried_out(project):
    project.configure('rate = "40/s"\n[send.domains]\n"x.example" = "20/m"')

    shown = project.run("send", "first", "--dry-run", "--canary", "5")
    told = project.run("send", "first", "--dry-run", "--canary", "5", "--json").json
    project.configure("")
    config = project.root / "newsletter.toml"
    config.write_text(config.read_text("utf-8").replace("20/m", "9000/s"), "utf-8")
    sent = project.run("send", "first", "--canary", "5", "--yes")
    status = project.run("status", "--json").json[0]

    canary, rest = told["waves"]
    assert (canary["kind"], rest["kind"], canary["readers"] + rest["readers"]) == ("canary", "rest", 40)
    assert canary["lanes"] == [{"domain": "x.example", "readers": canary["readers"], "rate": "20/m"}]
    assert rest["starts"] >= canary["ends"]
    assert all(len(line) <= 80 for line in shown.err.splitlines() if line.startswith(("rest", "wave")))
    assert "after the canary the rest waits" in shown.err
    assert (sent.code, project.mails()) == (0, 40), sent.err
    assert [(one["kind"], one["state"]) for one in status["waves"]] == [
        ("canary", "passed"),
        ("rest", "passed"),
    ]
    assert "wave 0" in project.run("status").out


def test_a_gate_nobody_waits_for_cannot_be_overridden_and_wrong_sizes_are_refused(project):
    wrong = project.run("send", "first", "--dry-run", "--canary", "a few")
    project.run("send", "first", "--yes")
    overridden = project.run("resume", "first", "--override-gate")

    assert (wrong.code, "--canary 5%" in wrong.err) == (2, True)
    assert (overridden.code, "waits for a gate" in overridden.err) == (2, True)


def test_two_subjects_are_tried_and_somebody_decides(project):
    letter = project.issue.read_text("utf-8")
    project.issue.write_text(
        letter.replace("\nsubject:", "\nsubject_b: Another subject\nsubject:", 1), "utf-8"
    )
    project.configure('[send]\nsubject_metric = "none"')
    project.check()

    told = project.run("send", "first", "--dry-run", "--json").json
    shown = project.run("send", "first", "--dry-run").err
    sent = project.run("send", "first", "--yes")
    decided = project.run("decide", "first", "b")
    status = project.run("status", "--json").json[0]
    mails = [path.read_text("utf-8") for path in (project.root / "outbox").rglob("*.eml")]

    assert ([one["kind"] for one in told["waves"]], told["subject_b"]) == (
        ["subject-a", "subject-b", "rest"],
        "Another subject",
    )
    assert "unless you decide" in shown
    assert sent.code == 0, sent.err
    assert sum("Subject: Another subject" in mail for mail in mails) == told["waves"][1]["readers"]
    assert (decided.code, status["subject"]) == (0, "b")
    assert project.run("decide", "first", "c").code == 2


def test_quiet_hours_that_changed_are_asked_about(project):
    project.run("send", "first", "--yes", "--at", "2099-01-01 09:30")
    project.configure('[send]\nquiet = "21:00-08:00"')

    asked = project.run("resume", "first")
    kept = project.run("resume", "first", "--as-planned")
    shown = project.run("status", "first").out

    assert (asked.code, "none then, 21:00-08:00 now" in asked.err) == (5, True), asked.err
    assert kept.code == 4, kept.err
    assert "0 % done" in shown
