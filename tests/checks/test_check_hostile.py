"""Whatever stands in a letter, every rule ends: none crashes, and none tells the same thing without end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from case_runner import Example, make_context

from newsletter.checks.runner import run_checks

SIZE = 20_000
BODIES = {
    "dates": "uiterlijk dinsdag 8 december 2026 ",
    "words twice": "van van ",
    "brackets": "(",
    "quotation marks": "“a ",
    "links": "[hier](http://bit.ly/1?fbclid=2&utm_campaign=x.) ",
    "stars": "** a ",
    "wrong encoding": "Ã¯",
    "nothing to see": "a\u200b",
    "titles": "# a\n\n",
    "bold lines": "**a b**\n\n",
    "bullets": "• a\n",
    "comments": "<!-- newsletter-ignore-next TX005: x -->\n\n",
    "half comments": "newsletter-ignore-start ",
    "farewells": "groet\n\n",
    "full stops": "a. B",
    "digits": "1",
    "one word": "é",
    "pictures": "![IMG_1.jpg](http://a.example/b.svg) ",
}


@pytest.mark.parametrize("piece", BODIES.values(), ids=list(BODIES))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_letter_of_one_thing_over_and_over_is_checked_to_the_end(
    piece: str, lang: str, tmp_path: Path
) -> None:
    body = piece * (SIZE // len(piece))
    issue = f"---\nsubject: Kort nieuws\nlang: {lang}\n---\n{body}\n"

    report = run_checks(make_context(Example(code="X", name="x", passes=True, issue=issue), tmp_path))

    assert list(report.crashed) == []
    assert max(Counter(finding.code for finding in report.findings).values(), default=0) <= 100
