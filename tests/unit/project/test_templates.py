"""Templates of a project are copied to be changed, and checked with everything a letter can hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter.domain.finding import CheckReport, Severity
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter

SHELL = (
    '<mjml lang="{{{{ lang }}}}" dir="{{{{ dir }}}}">'
    "<mj-head><mj-title>{{{{ subject }}}}</mj-title>"
    '<mj-attributes><mj-text line-height="1.5" /></mj-attributes></mj-head><mj-body>{}</mj-body></mjml>'
)
LEAVE = "<a href=\"{{ slot('unsubscribe_url') }}\">weg</a> {{ newsletter.postal_address }}"
TEXT = "<mj-section><mj-column><mj-text{}>{}</mj-text></mj-column></mj-section>"

BODY = "{{ content }}" + TEXT.format("", LEAVE)
FONT = "<mj-style>@import url(https://fonts.example.com/x.css);</mj-style>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    start_newsletter(tmp_path, name="Brief", lang="nl", today=date(2026, 11, 24))
    return tmp_path


def write(root: Path, text: str) -> None:
    (root / "templates/own.mjml.j2").write_text(text, "utf-8")


def checked(root: Path, *names: str) -> dict[str, CheckReport]:
    with Project.open(root, environment={}) as project:
        return {report.path.rpartition("/")[2]: report for report in project.templates.check(names)}


def codes(root: Path, text: str) -> list[tuple[str, int | None]]:
    write(root, text)
    report = checked(root, "own")["own.mjml.j2"]
    return [(finding.code, finding.place.line if finding.place else None) for finding in report.findings]


def test_the_templates_that_come_with_the_program_have_no_findings(root: Path) -> None:
    reports = checked(root)

    assert {"announcement.mjml.j2", "digest.mjml.j2", "letter.mjml.j2"} == set(reports)
    assert [] == [finding for report in reports.values() for finding in report.findings]
    assert all(report.results and not report.crashed for report in reports.values())


def test_a_sound_template_of_ones_own_has_no_findings(root: Path) -> None:
    assert [] == codes(root, SHELL.format("{{ content }}" + TEXT.format("", LEAVE)))


def test_an_element_that_does_not_exist_is_named_with_its_line(root: Path) -> None:
    assert {("TP001", 2)} == set(codes(root, SHELL.format("{{ content }}\n<mj-txt>x</mj-txt>")))


def test_what_has_no_effect_in_a_template_is_a_warning_with_its_line(root: Path) -> None:
    write(root, SHELL.format("{{ content }}\n" + TEXT.format(' gutter="9px" gap="9px"', LEAVE)))
    (finding,) = checked(root, "own")["own.mjml.j2"].findings[:1]

    assert ("MD013", Severity.WARNING, 2) == (
        finding.code,
        finding.severity,
        finding.place and finding.place.line,
    )


def test_a_template_that_leaves_the_letter_out_is_refused(root: Path) -> None:
    assert ["TP001"] == [code for code, _ in codes(root, SHELL.format(TEXT.format("", LEAVE)))]


def test_a_template_without_a_link_to_leave_is_refused(root: Path) -> None:
    assert "MS006" in [code for code, _ in codes(root, SHELL.format("{{ content }}"))]


def test_what_is_fetched_from_elsewhere_is_found(root: Path) -> None:
    assert "TP009" in [
        code for code, _ in codes(root, SHELL.format(BODY).replace("</mj-head>", FONT + "</mj-head>"))
    ]


def test_the_checks_an_author_ignores_for_letters_still_judge_a_template(root: Path) -> None:
    config = root / "newsletter.toml"
    config.write_text(config.read_text("utf-8") + '\n[checks]\nignore = { TP009 = "x" }\n', "utf-8")

    assert "TP009" in [
        code for code, _ in codes(root, SHELL.format(BODY).replace("</mj-head>", FONT + "</mj-head>"))
    ]


@pytest.mark.parametrize(
    ("around", "name"),
    [
        ("<mj-section><mj-column><mj-text>x\n{}</mj-text></mj-column></mj-section>", "<mj-text>"),
        ("<mj-section><mj-column><mj-text><p>\n{}</p></mj-text></mj-column></mj-section>", "<mj-text>"),
        ("<mj-section><mj-column>\n{}</mj-column></mj-section>", "<mj-column>"),
        ("<mj-section>\n{}<mj-column></mj-column></mj-section>", "<mj-section>"),
    ],
)
def test_a_letter_among_the_wrong_elements_is_told_once_with_the_line_of_the_template(
    root: Path, around: str, name: str
) -> None:
    write(root, SHELL.format(around.format("{{ content }}") + TEXT.format("", LEAVE)))

    (finding,) = checked(root, "own")["own.mjml.j2"].findings

    assert f"{{{{ content }}}} stands in {name}" == finding.what
    assert "templates/own.mjml.j2:2" == str(finding.place)


def test_a_letter_in_a_wrapper_stands_well(root: Path) -> None:
    wrapped = "<mj-wrapper>{{ content }}</mj-wrapper>" + TEXT.format("", LEAVE)

    assert [] == codes(root, SHELL.format(wrapped))


def test_loose_text_behind_the_letter_has_the_line_of_the_template(root: Path) -> None:
    write(root, SHELL.format("\n{{ content }}\nlos" + TEXT.format("", LEAVE)))

    (finding,) = checked(root, "own")["own.mjml.j2"].findings

    assert "templates/own.mjml.j2:3" == str(finding.place)


def test_a_copy_is_what_it_was_copied_from(root: Path) -> None:
    with Project.open(root, environment={}) as project:
        whole = project.templates.new("whole", source="packaged/letter")
        thin = project.templates.new("thin", source="letter")

    assert "packaged/letter" in thin.read_text("utf-8")
    assert "_base.mjml.j2" in whole.read_text("utf-8")
    assert [] == [
        finding for report in checked(root, "whole", "thin").values() for finding in report.findings
    ]


def test_a_copy_takes_the_packaged_template_of_its_name_or_else_the_letter(root: Path) -> None:
    with Project.open(root, environment={}) as project:
        digest = project.templates.new("digest")
        own = project.templates.new("own")

        packaged = {template.name: template.path for template in project.templates.all()}
    assert "A digest:" in digest.read_text("utf-8")
    assert packaged["letter"].read_bytes() == own.read_bytes()


def test_a_directory_with_the_name_of_a_template_is_none(root: Path) -> None:
    (root / "templates/map.mjml.j2").mkdir()

    assert "map.mjml.j2" not in checked(root)


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("letter", "digest", "exists already"),
        ("Grote Naam", "letter", "cannot be the name of a template"),
        ("../weg", "letter", "cannot be the name of a template"),
        ("_deel", "letter", "cannot be the name of a template"),
        ("", "letter", "cannot be the name of a template"),
        ("brief", "lettre", 'did you mean "letter"?'),
    ],
)
def test_a_copy_that_cannot_be_made_is_refused_and_changes_nothing(
    root: Path, name: str, source: str, says: str
) -> None:
    before = sorted((root / "templates").iterdir())

    with Project.open(root, environment={}) as project, pytest.raises(UsageError) as caught:
        project.templates.new(name, source=source)

    assert says in str(caught.value)
    assert before == sorted((root / "templates").iterdir())


def test_strict_makes_warnings_block(root: Path) -> None:
    write(root, SHELL.format(BODY + TEXT.format("", "heel veel tekst " * 4300)))

    with Project.open(root, environment={}) as project:
        (easy,) = project.templates.check(("own",))
        (strict,) = project.templates.check(("own",), strict=True)

    assert {("MS001", Severity.WARNING)} == {(finding.code, finding.severity) for finding in easy.findings}
    assert not easy.is_blocking
    assert strict.is_blocking
