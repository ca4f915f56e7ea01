"""Templates are listed with where they come from, and found by name."""

from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.render.catalogue import Origin, find_template, list_templates


def write(root: Path, **texts: str) -> None:
    (root / "templates").mkdir()
    for name, text in texts.items():
        (root / f"templates/{name}.mjml.j2").write_text(text, "utf-8")


def test_packaged_and_own_templates_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, digest="{# Mine. #}", brief="x", _part="y")

    found = {template.name: template.origin for template in list_templates(tmp_path)}

    assert found == {
        "announcement": Origin.PACKAGED,
        "brief": Origin.PROJECT,
        "digest": Origin.OVERRIDING,
        "letter": Origin.PACKAGED,
    }


def test_every_packaged_template_says_what_it_is_for(tmp_path: Path) -> None:
    descriptions = [template.description for template in list_templates(tmp_path)]

    assert len(descriptions) == 3
    assert all(20 < len(description) < 120 for description in descriptions), descriptions


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("{# One line. #}<mjml>", "One line."),
        ("\n{#\nTwo\nlines.\n\nAnd more.\n#}", "Two lines."),
        ("{#- Trimmed. -#}", "Trimmed."),
        ("<mjml>{# later #}", ""),
        ("", ""),
        ("{# never closed", ""),
    ],
)
def test_the_description_is_the_first_paragraph_of_the_first_comment(
    tmp_path: Path, text: str, description: str
) -> None:
    write(tmp_path, brief=text)

    assert description == find_template(tmp_path, "brief").description


def test_the_packaged_one_can_be_asked_for_by_name(tmp_path: Path) -> None:
    write(tmp_path, letter="{# Mine. #}")

    assert "Mine." == find_template(tmp_path, "letter").description
    assert find_template(tmp_path, "packaged/letter").description.startswith("A personal letter")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lettre", 'did you mean "letter"?'),
        ("_base", "is a part of other templates"),
        ("../letter", "newsletter templates list"),
        ("", "newsletter templates list"),
        ("\0", "newsletter templates list"),
    ],
)
def test_an_unknown_template_is_refused_with_what_to_type(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_template(tmp_path, name)

    assert says in str(caught.value) or 'did you mean "letter"?' in str(caught.value)
