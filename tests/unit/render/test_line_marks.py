"""Line marks: every block says where it was written; without them the letter is the reader's, to the byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.config.reader import load_config
from newsletter.config.schema import Config
from newsletter.content.loader import load_issue
from newsletter.render.line_marks import without_line_marks
from newsletter.render.pipeline import render_issue
from tests.golden.test_golden_letter import CONFIG, PROJECT

ROOT = Path(__file__).parents[3]
SAMPLES = [
    *((load_config(ROOT / "newsletter.toml"), path) for path in sorted((ROOT / "issues").glob("*.md"))),
    (CONFIG, PROJECT / "issues" / "2026-11-24-alles.md"),
]


@pytest.mark.parametrize(("config", "path"), SAMPLES, ids=[path.stem for _config, path in SAMPLES])
def test_with_the_marks_taken_out_it_is_the_reader_s_letter(config: Config, path: Path) -> None:
    issue = load_issue(path, config)

    marked = render_issue(issue, config, is_marked=True).html.shape()
    plain = render_issue(issue, config).html.shape()

    assert marked != plain
    assert without_line_marks(marked) == plain


EVERY_BLOCK = """\
---
subject: Alles
---
# Kop

Een alinea.

- een
- twee

> Een citaat.

| a | b |
|---|---|
| 1 | 2 |

![Een boom](https://example.org/boom.png)

---

::: button https://example.org/
Ga
:::

::: question
Wat denk je?
:::

1. één

```
code
```
"""


def test_every_block_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "2026-01-01-alles.md"
    path.write_text(EVERY_BLOCK)
    config = Config(root=tmp_path, digest="")
    lines = EVERY_BLOCK.splitlines()

    html = render_issue(load_issue(path, config), config, is_marked=True).html.shape()

    marked = {
        int(number)
        for number in re.findall(r'data-line="(\d+)"|"line-(\d+) ', html)
        for number in number
        if number
    }
    wanted = (
        "# Kop",
        "Een al",
        "- een",
        "- twee",
        "> Een",
        "| a",
        "| 1",
        "![",
        "---",
        "::: b",
        "::: q",
        "Wat",
        "1.",
        "```",
    )
    for start in wanted:
        number = next(n for n, line in enumerate(lines, 1) if n > 3 and line.startswith(start))
        assert number in marked, start
