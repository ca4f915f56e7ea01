"""Marks say where text was written and leave no trace."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.linemap import mark, mark_tags, strip_marks

TEXT = st.text(alphabet=st.sampled_from(["<", ">", "a", "/", "\n", "é", " ", "!", ":", "1"]), max_size=60)
PATHS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(TEXT, PATHS)
def test_marking_and_stripping_gives_the_text_back(text: str, path: str) -> None:
    assert strip_marks(mark_tags(text, path, 7)).text == text


@given(TEXT)
def test_every_tag_has_its_own_line(text: str) -> None:
    lines = strip_marks(mark_tags(text, "t", 7))

    for offset in lines.offsets:
        place = lines.place(offset)
        assert place is not None
        assert place.line == 7 + text.count("\n", 0, offset)


def test_control_characters_are_dropped_and_line_ends_made_one_kind() -> None:
    assert strip_marks("a\0b\x01c\x0bd\r\ne\rf\ufeffg\tz").text == "abcd\ne\nfg\tz"


def test_a_very_long_or_strange_path_leaves_no_trace() -> None:
    assert strip_marks(mark("x/" * 9_000 + "\n\x02", 3) + "<p>").text == "<p>"


def test_text_without_lines_of_its_own_has_only_its_file() -> None:
    place = strip_marks(mark("issues/x.md", 0) + "\n<p>").place(1)

    assert str(place) == "issues/x.md"
