"""FM010: a file has one kind of line end and no mark."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Edit, Mend, Severity
from newsletter.source import Place

__all__ = ["check"]

_BOM = b"\xef\xbb\xbf"


@rule(
    code="FM010",
    slug="file-encoding",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The file has a byte order mark, or two kinds of line ends.

    ## What it does
    Looks at the bytes: a mark at the beginning (U+FEFF), and lines that end in CR LF among others
    that end in LF.

    ## Why it matters
    The letter comes out right, but every tool that compares versions shows lines as changed that
    are not.

    ## Example
    ```text
    subject: one<CR><LF>
    date: 2026-11-24<LF>
    ```

    ## Instead
    ```text
    subject: one<LF>
    date: 2026-11-24<LF>
    ```
    """
    raw = context.raw
    place = Place(path=context.shown_path, line=1)
    if raw.startswith(_BOM):
        yield Fault(
            what="the file begins with a byte order mark",
            place=place,
            fix="save it as UTF-8 without BOM, or run newsletter check --fix",
            mend=Mend(edits=(Edit(start=0, end=len(_BOM), text=""),)),
        )
    wide = [match.start() for match in re.finditer(rb"\r\n", raw)]
    if wide and len(wide) < raw.count(b"\n"):
        yield Fault(
            what=f"{len(wide)} of {raw.count(bytes([10]))} lines end in CR LF, the others in LF",
            place=place,
            fix="save it with one kind of line end, or run newsletter check --fix",
            mend=Mend(edits=tuple(Edit(start=start, end=start + 1, text="") for start in wide)),
        )
