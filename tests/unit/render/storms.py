"""Letters that no person writes, through the whole build; run as a script it says how long each takes.

Usage: `python tests/unit/render/storms.py`: a line for each storm with its CPU time, size and outcome.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.domain.issue import Issue
from newsletter.errors import ContentError
from newsletter.render.pipeline import render_issue

__all__ = ["STORMS", "letter", "outcome"]

FRONT = '---\nsubject: "Storm"\nlang: nl\ntemplate: letter\n---\n'
N = 10_000

STORMS = {
    "opening brackets": "[" * 20_000,
    "brackets in pairs": "[]" * 20_000,
    "brackets that close": "]" * 20_000,
    "picture brackets": "![" * 20_000,
    "bracket and parenthesis": "[a](" * 20_000,
    "nested links": "[" * 1_000 + "a" + "](b)" * 1_000,
    "one line of a megabyte": "woord " * 170_000,
    "a word of a megabyte": "w" * 1_000_000,
    "a line as long as allowed": "woord " * 16_000,
    "a word as long as allowed": "w" * 99_000,
    "comments": "<!-- a -->" * 100_000,
    "comments that open": "<!-- " * 200_000,
    "comments that close": "--> " * 200_000,
    "almost comments": "<!-" * 30_000,
    "quotes": ">" * 20_000,
    "quotes on lines": "\n".join(">" * (depth % 400) + " a" for depth in range(1_500)),
    "lists": "- " * 20_000,
    "lists on lines": "\n".join("  " * (depth % 300) + "- a" for depth in range(1_000)),
    "numbered lists": "1. a\n" * 15_000,
    "stars": "*" * 50_000,
    "stars around words": "**a *b" * 15_000,
    "emphasis that never closes": "*a _b " * 15_000,
    "strikes": "~~a " * 20_000,
    "code that never closes": "`" * 50_001,
    "growing code": "".join("a" + "`" * length for length in range(430)),
    "fences": "```\n" * 20_001,
    "links": "[a](https://brief.example/x) " * 3_300,
    "ten thousand links": "[a](b) " * N,
    "bare addresses": "<https://brief.example/> " * 3_900,
    "references": "".join(f"[r{n}]: https://brief.example/{n}\n" for n in range(2_500)) + "[r1][r1] " * 100,
    "footnotes": "".join(f"[^{n}] " for n in range(1_900)) + "".join(f"\n[^{n}]: a" for n in range(1_900)),
    "ten thousand footnotes": "".join(f"[^{n}]: a\n" for n in range(N)),
    "directives": "::: note\na\n:::\n\n" * 5_500,
    "ten thousand directives": "::: note\n" * N,
    "closing directives": ":::\n" * 20_000,
    "buttons": "::: button https://brief.example/\na\n:::\n\n" * 2_000,
    "columns": "::: columns\n::: column\na\n:::\n::: column\nb\n:::\n:::\n\n" * 1_500,
    "conditions": "::: only lang:nl\na\n:::\n\n" * 3_000,
    "slots": "{{ first_name }} " * 5_800,
    "ten thousand slots": "{{ first_name | lezer }} " * N,
    "open slots": "{{" * 49_000,
    "nested slots": "{{ " * 10_000 + " }}" * 10_000,
    "a wide table": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b" * 5_000,
    "a long table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 15_000,
    "headings": "# a\n" * 20_000,
    "rules": "---\n\n" * 15_000,
    "underlines": "a\n---\n" * 12_000,
    "nulls": "a\0" * 40_000,
    "control characters": "".join(map(chr, range(32))) * 2_000,
    "private use and non-characters": "\ue000\ufffe\uffff\U0010ffff" * 10_000,
    "surrogates": "\ud800\udfff" * 20_000,
    "text from right to left": "\u202eabc\u2066\u2067" * 12_000,
    "no width": "a\u200b\u200d\u2060\ufeff\u00ad" * 15_000,
    "combining accents": "a" + "\u0301" * 90_000,
    "entities": "&amp;&#0;&#x110000;&#xd800;&nbsp;" * 2_900,
    "entities that never end": "&#" * 45_000,
    "long entities": "&" + "a" * 90_000 + ";",
    "tags": "<a " * 30_000,
    "closing tags": "</a>" * 20_000,
    "declarations": "<!DOCTYPE <?php <![CDATA[ " * 3_500,
    "backslashes": "\\" * 90_000,
    "marks of quotation": "'\"" * 45_000,
    "dashes": "- -- --- " * 10_000,
    "our own marks": "nlph00000000q \x01a:1\x02 " * 4_000,
    "template source": "{% for i in range(99) %}{{ i }}{% endfor %}{# a #}" * 1_500,
    "MJML": "<mj-text></mj-text></mj-section>" * 3_000,
    "line ends": "a\r\n\rb\u2028c\u2029\x85" * 9_000,
    "spaces at line ends": "a  \n" * 20_000,
    "tabs": "\ta\n" * 30_000,
    "emoji": "👩‍🔬🏳️‍🌈" * 8_000,
    "white space": " " * 99_000,
    "empty lines": "\n" * 99_000,
}


def letter(directory: Path) -> tuple[Issue, Config]:
    """Return an issue to put a body in, and a configuration with the packaged templates."""
    (directory / "issues").mkdir(exist_ok=True)
    path = directory / "issues" / "2026-11-24-storm.md"
    path.write_text(FRONT + "Dag.\n", encoding="utf-8")
    settings = NewsletterConfig(
        name="Storm", lang="nl", postal_address="Kade 12", base_url="https://brief.example"
    )
    config = Config(
        root=directory, newsletter=settings, fields={"first_name": FieldConfig(name="first_name")}
    )
    return load_issue(path, config), config


def outcome(body: str, issue: Issue, config: Config) -> str:
    """Return what comes of a letter with this body: its size, or the first of its problems."""
    try:
        rendered = render_issue(replace(issue, body=body), config)
    except ContentError as error:
        return f"refused: {error.problems[0].what[:70]}"
    return f"built: {len(rendered.html.shape()):,} characters"


def main() -> None:
    """Build every storm, or those named, and print a line for each as it ends."""
    with tempfile.TemporaryDirectory() as directory:
        issue, config = letter(Path(directory))
        outcome("warm", issue, config)
        for name in sys.argv[1:] or STORMS:
            started = time.process_time()
            came = outcome(STORMS[name], issue, config)
            spent = time.process_time() - started
            print(f"{name:<32} {len(STORMS[name]):>9,} {spent:>7.2f} s  {came!r}", flush=True)


if __name__ == "__main__":
    main()
