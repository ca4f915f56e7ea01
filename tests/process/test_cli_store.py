"""A database that is damaged, foreign, too new, too large or out of reach is told in words, with exit 6."""

import sqlite3

import pytest


def _overwrite(path):
    path.write_bytes(b"\x00garbage" * 1000)


def _damage(path):
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"X" * 4096)


def _truncate(path):
    path.write_bytes(path.read_bytes()[:6000])


def _execute(statement):
    def change(path):
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return change


def _foreign(path):
    path.unlink()
    _execute("CREATE TABLE t (x)")(path)


def _directory(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_overwrite, "is not a database"),
        (_damage, "is damaged"),
        (_truncate, "is damaged"),
        (_execute("UPDATE alembic_version SET version_num = '9999'"), "pip install --upgrade"),
        (_foreign, "belongs to another program"),
        (_directory, "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_words(project, break_it, said):
    for beside in project.database.parent.glob("newsletter.db-*"):
        beside.unlink()
    break_it(project.database)

    done = project.run("send", "first", "--yes")

    assert (done.code, done.out, said in done.err) == (6, "", True), done.err
    assert done.err.startswith(".newsletter/newsletter.db: error: ")
    assert "fix: " in done.err
    assert project.mails() == 0


def test_a_directory_that_may_not_be_written_to_is_told(bare):
    bare.configure('[store]\nurl = "sqlite:////proc/none/newsletter.db"')
    (bare.root / "l.csv").write_text("email\na@x.example\n", "utf-8")

    done = bare.run("subscribers", "import", "l.csv", "--apply")

    assert (done.code, "/proc/none" in done.err) == (6, True), done.err


def test_a_full_disk_leaves_a_ledger_that_can_go_on(project):
    outcomes = [project.run("send", "first", "--yes", largest_file=size) for size in (8_192, 70_000)]

    left = project.run("resume") if outcomes[-1].code else outcomes[-1]
    if left.code == 2:  # not even the plan could be written
        left = project.run("send", "first", "--yes")

    assert outcomes[0].code == 6
    assert {done.code for done in outcomes} <= {0, 4, 5, 6}
    assert all("A bug" not in done.err for done in outcomes)
    assert (left.code, project.counts(), project.mails()) == (0, {"accepted": 40}, 40), left.err


def test_a_full_disk_leaves_no_half_build(project):
    done = project.run("build", "first", largest_file=4096)

    assert (done.code, "the build cannot be written" in done.err) == (2, True)
    assert [path.name for path in (project.root / "build").glob("*")] == []
