"""Run the examples of CommonMark 0.31 through the Markdown parser we use (needs npm, for the examples).

Usage: `python tests/tools/commonmark_examples.py`. Our extensions are off: they are ours, not CommonMark's.
The exit code is 1 when an example comes out otherwise.
"""

from __future__ import annotations

import json
import subprocess
import sys

from markdown_it import MarkdownIt
from mjml_official import cached_package

VERSION = "0.31.2"
READER = 'console.log(JSON.stringify(require("commonmark-spec").tests))'


def main() -> None:
    """Install the examples in a cache, parse each, and print how many come out as they should."""
    home = cached_package("commonmark-spec", VERSION)
    done = subprocess.run(["node", "-e", READER], cwd=home, check=True, stdout=subprocess.PIPE)
    examples = json.loads(done.stdout)
    parser = MarkdownIt("commonmark")
    wrong = [
        one for one in examples if _html(parser.render(_text(one["markdown"]))) != _html(_text(one["html"]))
    ]
    for one in wrong:
        print(f"example {one['number']} ({one['section']}) comes out otherwise")
    print(f"CommonMark {VERSION}: {len(examples) - len(wrong)} of {len(examples)} examples as they should be")
    sys.exit(1 if wrong else 0)


def _text(text: str) -> str:
    return text.replace("→", "\t")


def _html(text: str) -> str:
    """Return `text` with the one difference taken out that is none: the line end in an empty quotation."""
    return text.replace("<blockquote></blockquote>", "<blockquote>\n</blockquote>")


if __name__ == "__main__":
    main()
