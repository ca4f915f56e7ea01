"""Look whether a package that comes along with ours has a licence that a project under MIT cannot take.

What is looked at is what `pip install newsletter-as-code` brings, with every extra, by the metadata of what
is installed; no network. Tools that only develop and test with are not handed on, and are left out.
Exit 0: none has. Exit 1: one has, or says nothing of its licence.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

PROJECT = "newsletter-as-code"
FINE = re.compile(
    r"\b(?:MIT|BSD|0BSD|ISC|APACHE|PSF|PYTHON SOFTWARE FOUNDATION|LGPL|LESSER GENERAL PUBLIC|MPL|"
    r"MOZILLA PUBLIC|UNLICENSE|PUBLIC DOMAIN|CC0|ZOPE PUBLIC|HPND|HISTORICAL PERMISSION|UNICODE)",
    re.IGNORECASE,
)
"""May be installed beside a program under MIT; LGPL and MPL bind changes to what is under them alone."""
BINDS_ALL = re.compile(
    r"\b(?:A?GPL|(?<!LESSER )GENERAL PUBLIC|SSPL|BUSL|PROPRIETARY|NON-?COMMERCIAL)", re.IGNORECASE
)
KNOWN = {
    "axe-playwright-python": "MIT; the axe-core in it is under MPL-2.0",
    "imapclient": "BSD-3-Clause",
}
"""Of packages whose metadata says nothing: what their own pages say."""


def main() -> int:
    """Look, tell, and return the exit code."""
    told = {name: licence(distribution(name)) or KNOWN.get(name, "") for name in sorted(brought(PROJECT))}
    for name, text in told.items():
        if not text:
            print(f"{name}: its metadata says nothing of a licence; look, and write it in .ci/licences.py")
        elif not is_fine(text):
            print(f"{name}: {text[:100]}: a project under MIT cannot hand this on")
    if not all(text and is_fine(text) for text in told.values()):
        return 1
    print(f"{len(told)} packages come along: their licences fit.")
    return 0


def brought(name: str) -> set[str]:
    """Return the names of what installing `name` with every extra brings, as far as it is installed."""
    found: set[str] = set()
    todo = list(_required(distribution(name), every_extra=True))
    while todo:
        one = todo.pop()
        if one in found:
            continue
        try:
            todo += _required(distribution(one), every_extra=False)
        except PackageNotFoundError:  # for another system, or an extra nobody installed
            continue
        found.add(one)
    return found


def _required(of: Distribution, *, every_extra: bool) -> Iterator[str]:
    for requirement in of.requires or ():
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        if match and (every_extra or "extra ==" not in requirement):
            yield re.sub(r"[-_.]+", "-", match[0]).lower()


def licence(of: Distribution) -> str:
    """Return what a package says of its licence: an expression (PEP 639), else what one may choose from."""
    said = of.metadata
    classified = [
        one.rpartition("::")[2].strip()
        for one in said.get_all("Classifier") or ()
        if one.startswith("License ::") and not one.endswith("OSI Approved")
    ]
    old = (said.get("License") or "").strip().partition("\n")[0]
    return said.get("License-Expression") or " OR ".join(classified) or old


def is_fine(told: str) -> bool:
    """Say whether a project under MIT can take it: where one may choose (OR), one that fits is enough."""
    choices = re.split(r"\s+OR\s+", told)
    return any(all(map(_fits, re.split(r"\s+AND\s+", choice))) for choice in choices)


def _fits(part: str) -> bool:
    return bool(FINE.search(part)) and not BINDS_ALL.search(part)


if __name__ == "__main__":
    sys.exit(main())
