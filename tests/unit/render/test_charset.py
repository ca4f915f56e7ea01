"""No part can leave as Latin-1."""

import pytest

from newsletter.render.charset import is_safe_charset, with_safe_charset


@pytest.mark.parametrize(
    ("html", "has_holes", "expected"),
    [
        ("<body>abc</body>", False, "<body>abc</body>"),
        ("<body>abc</body>", True, "<body>abc<!--—--></body>"),
        ("<body>coöperatie</body>", False, "<body>coöperatie<!--—--></body>"),
        ("<body>coöperatie – zo</body>", True, "<body>coöperatie – zo</body>"),
        ("é", False, "é<!--—-->"),
    ],
)
def test_a_part_gets_a_sign_beyond_latin_1_only_where_it_needs_one(
    html: str, has_holes: bool, expected: str
) -> None:
    result = with_safe_charset(html, has_holes=has_holes)

    assert result == expected
    assert is_safe_charset(result, has_holes=has_holes)
