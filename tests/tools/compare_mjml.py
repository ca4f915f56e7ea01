"""Compare our MJML with the official compiler's, document by document (needs node and npm).

Usage: `python tests/tools/compare_mjml.py DIRECTORY… [--version 4.18.0] [--show]`. Each `*.mjml` below the
directories goes through our validator, guard, compiler and inliner, and through the official compiler; both
results are compared in the web view and in Outlook's. What differs is explained by its D-number; the exit
code is 1 when something is not. `--templates` compares this repository's templates with its sample letters,
`--corpus` the documents of the tests. `--unchecked` goes on where the validator refuses, to tell how near
guard and compiler come to documents of others; with `--show` it says what would have been refused.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "render"), str(ROOT / "tests" / "browser")]

from mjml import mjml2html  # noqa: E402 (the path comes first)
from mjml_divergences import explain  # noqa: E402 (the path comes first)
from mjml_official import VERSIONS, compile_all  # noqa: E402
from mjml_views import Difference, differences  # noqa: E402
from own_cases import CASES  # noqa: E402
from own_documents import component_documents  # noqa: E402
from own_letters import letter_documents  # noqa: E402

from newsletter.errors import ContentError  # noqa: E402
from newsletter.render.inline import inline_css  # noqa: E402
from newsletter.render.linemap import mark_tags, strip_marks  # noqa: E402
from newsletter.render.mjml.compile import compile_mjml  # noqa: E402
from newsletter.render.mjml.guard import guard  # noqa: E402
from newsletter.render.mjml.nesting import nest  # noqa: E402
from newsletter.render.mjml.tokens import tokenise  # noqa: E402


@dataclass(slots=True)
class Verdict:
    """What came of one document: equal, refused by one side, or different for reasons with names."""

    name: str
    refusals: list[str] = field(default_factory=list)
    is_official: bool = True
    found: list[tuple[str, Difference]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not self.refusals and self.is_official and not self.found

    def line(self) -> str:
        if self.refusals:
            return f"{self.name:<62} refused: {self.refusals[0]}"
        if not self.is_official:
            return f"{self.name:<62} refused by the official compiler"
        if not self.found:
            return f"{self.name:<62} equal"
        counts = Counter(reason for reason, _ in self.found)
        return f"{self.name:<62} differs: " + ", ".join(f"{one} ×{n}" for one, n in counts.most_common())


def main() -> None:
    """Compare, print a line a document and a count, and exit with 1 when a difference has no name."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directories", nargs="*", type=Path)
    parser.add_argument("--version", action="append", choices=VERSIONS)
    parser.add_argument("--templates", action="store_true", help="this repository's templates")
    parser.add_argument("--corpus", action="store_true", help="the documents of the tests")
    parser.add_argument("--unchecked", action="store_true", help="go on where the validator refuses")
    parser.add_argument("--show", action="store_true", help="print each difference")
    options = parser.parse_args()
    documents = {
        path.stem: path.read_text() for one in options.directories for path in sorted(one.rglob("*.mjml"))
    }
    documents |= letter_documents(ROOT) if options.templates else {}
    if options.corpus:
        documents |= component_documents() | {case.name: case.mjml for case in CASES}
    unexplained = 0
    for version in options.version or VERSIONS:
        unexplained += report(version, documents, is_verbose=options.show, is_checked=not options.unchecked)
    sys.exit(1 if unexplained else 0)


def report(version: str, documents: Mapping[str, str], *, is_verbose: bool, is_checked: bool) -> int:
    """Print how `documents` compare with MJML `version`; return how many differences have no name."""
    theirs = compile_all(version, documents)
    bare = {name: without_inline_sheet(documents[name]) for name, html in theirs.items() if html is None}
    documents = {**documents, **bare}  # juice 11, the official inliner, stumbles over some sheets
    theirs |= compile_all(version, bare)
    verdicts = [judge(name, mjml, theirs[name], is_checked=is_checked) for name, mjml in documents.items()]
    for verdict in verdicts:
        verdict.name += " (its inline sheet left out)" * (verdict.name in bare and verdict.is_official)
    print(f"\nMJML {version}")
    for verdict in verdicts:
        print("  " + verdict.line())
        if is_verbose:
            for refusal in verdict.refusals[1:]:
                print(f"      also: {refusal}")
            for note in verdict.notes:
                print(f"      would be refused: {note}")
            for reason, difference in verdict.found:
                print(f"      {reason}: {difference}")
    compiled = sum(not verdict.refusals for verdict in verdicts)
    equal = sum(verdict.is_equal for verdict in verdicts)
    unexplained = sum(reason == "?" for verdict in verdicts for reason, _ in verdict.found)
    total = f"{len(verdicts)} documents, {compiled} compiled, {equal} equal"
    print(f"  {total}, {unexplained} differences without a name")
    return unexplained


def without_inline_sheet(mjml: str) -> str:
    """Return `mjml` without its style sheets to inline."""
    return re.sub(r'<mj-style inline="inline">.*?</mj-style>', "", mjml, flags=re.DOTALL)


def judge(name: str, mjml: str, theirs: str | None, *, is_checked: bool) -> Verdict:
    """Return what came of one document."""
    verdict = Verdict(name, is_official=theirs is not None)
    try:
        compiled = compile_mjml(strip_marks(mark_tags(mjml, name, 1)))
        ours = inline_css(compiled.html, compiled.inline_css)
    except ContentError as error:
        verdict.refusals = [f"{problem.place}: {problem.what}" for problem in error.problems]
        unchecked = None if is_checked else compile_unchecked(mjml)
        if unchecked is None:
            return verdict
        verdict.refusals, verdict.notes = [], verdict.refusals
        ours = unchecked
    if theirs is not None:
        names = [(explain(one, mjml), one) for one in differences(ours, theirs)]
        is_known = bool(verdict.notes)
        verdict.found = [("refused" if name == "?" and is_known else name, one) for name, one in names]
    return verdict


def compile_unchecked(mjml: str) -> str | None:
    """Return what guard, compiler and inliner make of `mjml`, None when one of them cannot."""
    tokens, _ = tokenise(strip_marks(mjml).text)
    nested, _ = nest(tokens)
    guarded = guard(nested)
    try:
        return inline_css(mjml2html(guarded.mjml, fonts={}), guarded.inline_css)
    except (ValueError, ContentError):
        return None


if __name__ == "__main__":
    main()
