"""What spreadsheets, pipes and mistaken files do to an import is told by line; nothing is half read."""

import os
import zipfile

import pytest
from cli_world import run


def test_odd_rows_are_refused_one_by_one_and_the_others_are_read(bare):
    rows = [
        b"email,first_name",
        b"ok@x.example,J\x1b[31man",
        b"a\x07b@x.example,Jan",
        b'"e@x.example\r\nBcc: z@y.example",K',
        b"nul\x00@x.example,x",
        b"a b@x.example,x",
        b"x@localhost,x",
        b"@x.example,x",
        b"foo,x",
        b"c@x.example",
        b"d@x.example,x,y,z",
        b"A@X.EXAMPLE,x",
        b"a@x.example,y",
        b"b@x.example," + b"x" * 200_000,
    ]
    (bare.root / "l.csv").write_bytes(b"\n".join(rows))

    done = bare.run("subscribers", "import", "l.csv", "--apply")

    refused = [
        int(line.split(":")[1].split()[0]) for line in done.out.splitlines() if "refused l.csv:" in line
    ]
    assert done.code == 0, done.err
    assert refused == [2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 15], done.out
    assert "\x1b" not in done.out + done.err
    assert "it has 1 value, and the header has 2" in done.out
    assert (bare.root / "l.refused.csv").exists()
    assert "@localhost" not in bare.run("subscribers", "export").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"naam,plaats\nJan,Ede\n", "l.csv:1: error: no column holds the address"),
        (b"", "l.csv: error: the file is empty"),
        (b"a@x.example,Jan\n", "l.csv:1: error: the first line is a reader already"),
        (b"email,email\na@x.example,b@x.example\n", 'l.csv:1: error: the column "email" stands there twice'),
        ("email,naam\na@x.example,Renée\n".encode() + "b@x.example,Zoë\n".encode("cp1252"), "l.csv:3: error"),
        (bytes(range(256)) * 20, "l.csv:"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_line(bare, content, said):
    (bare.root / "l.csv").write_bytes(content)

    done = bare.run("subscribers", "import", "l.csv", "--apply")

    assert (done.code, said in done.err, done.out) == (2, True, ""), done.err


def test_wrong_choices_of_columns_are_told_and_right_ones_are_shown(bare):
    (bare.root / "l.csv").write_bytes(b"mail,Roepnaam,x\x1b[31m\na@x.example,Jan,1\n")

    wrong = bare.run("subscribers", "import", "l.csv", "--map", "mail", "--map", "=email")
    right = bare.run("subscribers", "import", "l.csv", "--map", "Roepnaam=first_name", "--json")
    shown = bare.run("subscribers", "import", "l.csv", "--map", "Roepnaam=-")

    assert (wrong.code, wrong.err.count("write --map COLUMN=FIELD")) == (2, 2)
    assert '"Roepnaam": "field first_name"' in right.out
    assert ("Roepnaam" in shown.err, "\x1b" in shown.err, shown.code) == (True, False, 0)


def test_what_is_not_even_a_text_file_is_told_apart(bare):
    with zipfile.ZipFile(bare.root / "lijst.xlsx", "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<x/>")
    os.mkfifo(bare.root / "pipe")
    for name, said in (
        ("lijst.xlsx", "CSV UTF-8"),
        ("pipe", "not a plain file"),
        ("issues", "no list in this folder"),
        ("nope.csv", "there is no such file"),
    ):
        done = bare.run("subscribers", "import", name)

        assert (done.code, said in done.err, done.out) == (2, True, ""), done.err


def test_looking_at_a_newsletter_without_a_list_makes_none(bare):
    for arguments in (
        ("send", "first", "--dry-run"),
        ("subscribers",),
        ("subscribers", "export"),
        ("subscribers", "why", "a@x.example"),
        ("segments", "count", "status:active"),
    ):
        done = bare.run(*arguments)

        assert (done.code, done.out) == (2, ""), done.err
        assert "there is no list yet" in done.err
        assert "newsletter subscribers import FILE --apply" in done.err
    assert not bare.database.parent.exists()


def test_a_wrong_expression_is_shown_with_a_caret(bare):
    done = bare.run("segments", "count", "lang:nl OR")

    assert done.code == 2
    assert done.err.splitlines()[:3] == [
        "segment expression:1:11: error: the expression ends where a term is missing",
        "    lang:nl OR",
        "              ^",
    ]


def test_every_wrong_word_of_an_expression_is_told(bare):
    done = bare.run("segments", "count", "foo:1 everyon joined<gisteren")

    assert done.code == 2
    for said in ("declare [fields.foo]", "segment:everyone", "2024-09-04"):
        assert said in done.err
    assert "\x1b" not in bare.run("segments", "count", "tag:\x1b[31m").err


def test_an_export_goes_to_a_file_that_can_be_written_or_says_why_not(project):
    done = run("subscribers", "export", "-o", "/proc/none/list.csv", cwd=project.root)

    assert (done.code, "cannot be written" in done.err) == (2, True)


def test_an_export_is_for_its_owner_only(project):
    done = run("subscribers", "export", "-o", "out.csv", cwd=project.root)

    assert (done.code, (project.root / "out.csv").stat().st_mode & 0o777) == (0, 0o600)


def test_an_expression_may_begin_with_a_minus(project):
    counted = project.run("segments", "count", "-tag:gemeente", "--json")
    explained = project.run("segments", "explain", "-tag:gemeente")

    assert (counted.code, '"expression": "-tag:gemeente"' in counted.out) == (0, True), counted.err
    assert (explained.code, "-tag:gemeente" in explained.out) == (0, True), explained.err


def test_an_import_that_changed_nobody_does_not_hide_the_one_before_it(project):
    (project.root / "again.csv").write_text("email\nmore@brief.example\n")
    for _ in range(2):
        assert project.run("subscribers", "import", "again.csv", "--apply").code == 0

    last, one_before = project.run("subscribers", "undo"), project.run("subscribers", "undo")

    assert "It had changed nobody" in last.err
    assert (one_before.out, one_before.err) == ("Took back again.csv: 1 removed, 0 as they were\n", "")


def test_a_tag_that_nobody_has_is_told_before_it_mails_too_many(project):
    (project.root / "t.csv").write_text("email,tags\ntagged@brief.example,gemeente\n")
    assert project.run("subscribers", "import", "t.csv", "--apply").code == 0
    said = 'nobody has the tag "gemente"; did you mean "gemeente"?'

    counted = project.run("segments", "count", "-tag:(gemente,GEMEENTE)")
    explained = project.run("segments", "explain", "-tag:gemente")
    planned = project.run("send", "first", "--to", "-tag:gemente", "--dry-run")

    assert [said in one.err for one in (counted, explained, planned)] == [True] * 3
    assert "GEMEENTE" not in counted.err
