"""The outside that people script against: help, JSON, pipes, poor terminals and poor environments."""

import json
import subprocess
import sys

import pytest
from cli_world import COMMAND, environment, run

HEAVY = ("premailer", "lxml", "sendgrid", "jinja2", "markdown_it", "sqlalchemy", "alembic", "lark")
COMMANDS = (
    "init new preview check build approve send status resume pause cancel resolve",
    "subscribers subscribers.import subscribers.undo subscribers.export subscribers.why",
    "subscribers.add subscribers.consent subscribers.forget subscribers.retain",
    "subscribers.unsubscribe segments segments.count segments.explain events events.import report correct",
    "doctor",
)


def test_help_loads_nothing_heavy(tmp_path):
    program = (
        "import sys; sys.argv = ['newsletter', '--help']\n"
        "from newsletter.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_every_command_explains_itself_in_a_narrow_terminal(tmp_path):
    for name in " ".join(COMMANDS).split():
        done = run(*name.split("."), "--help", cwd=tmp_path, extra={"COLUMNS": "40"})

        assert (done.code, done.err) == (0, ""), name
        assert done.out.startswith(f"Usage: newsletter {name.replace('.', ' ')}"), done.out
        assert max(map(len, done.out.splitlines())) <= 60, done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stats"], 'there is no command "stats"; did you mean "status"?'),
        (["cancel"], "missing argument 'CAMPAIGN'"),
        (["status", "--foo"], "no such option '--foo'"),
        (["subscribers", "wyh"], "wyh"),
        (["preview", "--port", "99999"], "99999"),
    ],
)
def test_a_slip_in_the_command_is_told_as_every_other_error(tmp_path, arguments, said):
    done = run(*arguments, cwd=tmp_path)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert said in done.err
    assert "  fix: see: newsletter" in done.err


def test_json_is_all_there_is_on_standard_output(project):
    for arguments, code in (
        ("check --json", 0),
        ("build first --json", 0),
        ("send first --yes --json", 0),
        ("status --json", 0),
        ("cancel first --json", 2),
        ("subscribers --json", 0),
        ("subscribers why r01@x.example --json", 0),
        ("subscribers unsubscribe r01@x.example --json", 0),
        ("subscribers undo --json", 0),
        ("segments explain tag:even --json", 0),
        ("new Tweede --json", 0),
    ):
        done = project.run(*arguments.split())

        assert done.code == code, (arguments, done.err)
        assert done.out == "" if code else json.loads(done.out) is not None, arguments


@pytest.mark.parametrize("arguments", [["subscribers", "export"], ["check"], ["--help"]])
def test_who_leaves_the_pipe_early_gets_no_traceback(project, arguments):
    (project.root / "l.csv").write_text(
        "\n".join(["email", *(f"n{n}@x.example" for n in range(2000))]), "utf-8"
    )
    script = f'{" ".join(COMMAND)} {" ".join(arguments)} | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=project.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.strip() in ("141", "0")  # 0: it was done before the reader had left


def test_a_full_disk_behind_the_output_is_no_bug(project):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "status", "--json"],
            cwd=project.root,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert "the output cannot be written: No space left on device" in done.stderr


def test_it_works_without_home_language_or_colour(project):
    project.issue.write_text('---\nsubject: "Één ☃"\nsegment: everyone\n---\nHoi {{ naam }} ☃\n', "utf-8")
    bare = {"PYTHONPATH": environment()["PYTHONPATH"], "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [*COMMAND, "check"], cwd=project.root, env=bare, capture_output=True, check=False, text=True
    )

    assert done.returncode == 1
    assert "Hoi {{ naam }} ☃" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_a_directory_that_is_gone_is_told(tmp_path):
    script = f"mkdir gone && cd gone && rmdir ../gone && exec {' '.join(COMMAND)} status"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )

    assert (done.returncode, "the directory you are in was removed" in done.stderr) == (2, True), done.stderr


def test_a_name_longer_than_a_name_can_be_is_no_bug(bare):
    for arguments in (("-C", "x" * 5000, "status"), ("init", "x" * 5000), ("build", "x" * 5000)):
        done = bare.run(*arguments)

        assert (done.code, "no file has that many" in done.err) == (2, True), done.err


def test_a_new_issue_takes_any_subject_there_is_a_name_for(bare):
    made = bare.run("new", 'Zo "gezegd": {{ naam }}\n#niet', "--json").json

    assert isinstance(made, dict)
    assert bare.run("check", str(made["path"]), "--select", "FM,TP001").code == 0
    for subject in ("", "???", "x" * 5000):
        done = bare.run("new", subject)
        assert done.code == (0 if subject else 2), done.err
    assert all(len(path.name) < 90 for path in (bare.root / "issues").iterdir())
