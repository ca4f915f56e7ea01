"""Every slip in an issue or a template is told with its place and its mend; all of them in one go."""

import json
import re

ISSUES = {
    "colon": ("---\nsubject: Hallo: dit\nsegment everyone\n---\nHi\n", [(2, ": "), (3, "key: value")]),
    "keys": (
        '---\nsubjct: "A"\nsegment: everyone\ndate: 2026-02-30\nlang: no\nnumber: twaalf\n---\nHi\n',
        [(1, "subject"), (2, '"subject"'), (4, "28 days"), (5, '"no"'), (6, "digits")],
    ),
    "bare": ("Hi there\n", [(1, "---")]),
    "open": ('---\nsubject: "A"\nHi\n', [(1, "not closed")]),
    "empty": ("", [(1, "front matter")]),
    "twice": ('---\nsubject: "A"\nsubject: "B"\n---\nHi\n', [(3, "second time")]),
    "tab": ('---\nsubject: "A"\n\tsegment: everyone\n---\nHi\n', [(3, "tab")]),
    "slots": (
        '---\nsubject: "A {{ first_name"\nsegment: everyone\n---\nHi {{ first_name\n\n{{ voornaam }} '
        "*|FNAME|*\n",
        [(2, "{{"), (5, "{{"), (7, "voornaam"), (7, "FNAME")],
    ),
    "directives": (
        '---\nsubject: "A"\nsegment: everyone\n---\nHi\n\n::: buton https://x.example\nx\n:::\n\n'
        "::: note\ny\n",
        [(7, "::: button"), (11, "never closed")],
    ),
    "marks": ('---\nsubject: "A"\nsegment: everyone\n---\nHi nlph12345678q\n', [(5, "nlph12345678q")]),
    "segment": ('---\nsubject: "A"\nsegment: everyon\n---\nHi\n', [(3, "segment:everyone")]),
    "bracket": ('---\nsubject: "A"\nsegment: "tag:a (lang:nl"\n---\nHi\n', [(3, "never closed")]),
    "pictures": (
        '---\nsubject: "A"\nsegment: everyone\n---\n![a cat](img/cat.png)\n\n![](../../../etc/passwd)\n',
        [(5, "img/cat.png"), (7, "outside"), (7, "alternative text")],
    ),
    "control": (
        '---\nsubject: "A"\npreheader: "x\\u0000y"\n---\nHi\x07 \x1b[31mred\n',
        [(3, "U+0000"), (5, "U+0007"), (5, "U+001B")],
    ),
    "addresses": (
        '---\nsubject: "A"\nfrom: nobody\ntemplate: ../../etc\nslug: "A b/c"\n---\nHi\n',
        [(3, "no @"), (4, "name of a template"), (5, "lower-case")],
    ),
}


def test_every_slip_in_every_issue_is_found_in_one_run(project):
    for name, (text, _) in ISSUES.items():
        (project.root / "issues" / f"{name}.md").write_text(text, "utf-8")
    (project.root / "issues/utf16.md").write_text("---\nsubject: x\n", "utf-16")
    (project.root / "issues/huge.md").write_bytes(b"---\nsubject: x\n---\n" + b"woord " * 9_000_000)

    done = project.run("check", "--json")

    found = {
        (entry["path"], finding["line"], json.dumps(finding, ensure_ascii=False))
        for entry in done.json["reports"]
        for finding in entry["findings"]
    }
    missing = [
        (name, line, word)
        for name, (_, wanted) in ISSUES.items()
        for line, word in wanted
        if not any(
            path == f"issues/{name}.md" and at == line and word in text.replace('\\"', '"')
            for path, at, text in found
        )
    ]
    assert (done.code, missing, done.err) == (1, [], "")
    assert any(path == "issues/utf16.md" and "UTF-8" in text for path, _, text in found)
    assert any(path == "issues/huge.md" and "1,000,000" in text for path, _, text in found)


def test_what_an_issue_holds_cannot_move_the_cursor(project):
    project.issue.write_text('---\nsubject: "A"\nsegment: everyone\n---\nHi \x1b[31mred\n', "utf-8")

    done = project.run("check", "first")

    assert (done.code, "\x1b" in done.out + done.err) == (1, False)


def test_a_build_with_a_slot_that_is_no_field_is_refused(bare):
    bare.issue.write_text('---\nsubject: "A {{ frist_name }}"\n---\nHi {{ nme }}\n', "utf-8")

    done = bare.run("build", "first")

    place = f"issues/{bare.issue.name}"
    assert 3 == done.code
    assert f"{place}:2" in done.err
    assert "did you mean first_name?" in done.err
    assert f"{place}:4:4: error: there is no field nme" in done.err
    assert not (bare.root / "build").exists()


def test_a_build_tells_of_a_slot_that_stays_empty(project):
    config = project.root / "newsletter.toml"
    config.write_text(config.read_text("utf-8") + "\n[fields.town]\n", "utf-8")
    project.issue.write_text('---\nsubject: "A"\n---\nHi {{ town }}{{ town | there }}\n', "utf-8")
    reader = "r01@x.example"

    nobody = project.run("build", "first")
    somebody = project.run("build", "first", "--as", reader)

    assert (0, 0) == (nobody.code, somebody.code)
    assert "no reader is chosen" in nobody.err
    assert f"{reader} has no town" in somebody.err
    assert 1 == somebody.err.count("is empty here")


def test_a_broken_template_is_named_by_its_own_lines(project):
    template = project.root / "templates/letter.mjml.j2"
    own = (
        template.read_text("utf-8")
        .replace("{#\n{% block", "{% block")
        .replace("endblock %}\n#}", "endblock %}")
    )
    line = next(number for number, text in enumerate(own.splitlines(), 1) if text.startswith("<mj-section"))
    template.write_text(own.replace("<mj-section", "<mj-secton", 1), "utf-8")

    done = project.run("build", "first")

    assert done.code == 3
    assert f"templates/letter.mjml.j2:{line}: error: <mj-secton> is not closed" in done.err
    assert not (project.root / "build").exists()


def test_a_template_that_runs_in_circles_or_escapes_is_refused(project):
    template = project.root / "templates/letter.mjml.j2"
    for text, said in (
        ('{% extends "letter.mjml.j2" %}', "without end"),
        ('{{ "".__class__.__mro__ }}', "unsafe"),
        ("<mjml><mj-body>\n{{ undefined_thing }}\n</mj-body></mjml>", "letter.mjml.j2:2: error"),
        ('<mjml><mj-body>\n<mj-include path="/etc/passwd" />\n{{ content }}</mj-body></mjml>', "mj-include"),
    ):
        template.write_text(text, "utf-8")

        done = project.run("build", "first")

        assert (done.code, said in done.err) == (3, True), done.err


def test_an_issue_that_is_not_there_is_answered_with_the_nearest_name(project):
    for name, said in (
        ("frist", f'did you mean "issues/{project.issue.name}"?'),
        ("issues", "is a directory"),
        ("x" * 5000, "no file has that many"),
        ("a\x1b[31mb", 'there is no issue "a\N{REPLACEMENT CHARACTER}[31mb"'),
    ):
        done = project.run("build", name)

        assert (done.code, said in done.err) == (2, True), done.err


def test_a_check_without_a_list_says_what_it_left_out(bare):
    done = bare.run("check")

    assert done.code == 0
    assert re.search(r"^not run: [1-9]\d* checks: there is no list yet$", done.out, re.MULTILINE)
    assert not bare.database.parent.exists()
