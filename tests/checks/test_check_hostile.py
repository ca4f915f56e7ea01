"""Whatever stands in a letter, every rule ends: none crashes, and none tells the same thing without end."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from case_runner import Example, make_context

from newsletter.checks.extensions import rules_for
from newsletter.checks.runner import run_checks
from newsletter.content.loader import load_issue
from newsletter.errors import ConfigError, UsageError

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
    "slips": "gemeentte bijdraage verrgadering ",
    "hyphens": "qx-",
    "brackets in words": "a(b)[c]",
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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_nothing_waits_for_a_pipe_where_a_file_should_be(tmp_path: Path) -> None:
    body = "Beste lezer,\n\n![een kade](pipe.png)\n"
    for ending, content in (("aff", "SET UTF-8\n"), ("dic", "1\nbeste\n")):
        (tmp_path / f"nl_NL.{ending}").write_text(content)
    own = ("[fields.role]", '[checks]\ndictionaries = "."\n\n[fields.role]')
    example = Example(code="X", name="x", passes=True, body=body, config_change=own)
    context = make_context(example, tmp_path)
    for name in ("words.txt", "issues/pipe.png", "checks.py", "issues/pipe.md"):
        os.mkfifo(context.config.root / name)

    report = run_checks(context)
    with_rules = replace(context.config, checks=replace(context.config.checks, rules="checks.py"))

    assert list(report.crashed) == []
    assert {"TX007", "IM005"} <= {finding.code for finding in report.findings}
    with pytest.raises(ConfigError, match="not a file"):
        rules_for(with_rules)
    with pytest.raises(UsageError, match="is a pipe"):
        load_issue(context.config.root / "issues/pipe.md", with_rules)
