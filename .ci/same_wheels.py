"""Compare two wheels: the same files with the same bytes, whatever they were built from.

Usage: same_wheels.py ONE OTHER. Exit 0: the same. Exit 1: not, and each file that differs is named.
"""

from __future__ import annotations

import sys
import zipfile


def main() -> int:
    """Compare, tell, and return the exit code."""
    one, other = (contents(path) for path in sys.argv[1:3])
    differing = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    for name in differing:
        where = "differs" if name in one and name in other else "is in one of the two only"
        print(f"{name}: {where}")
    if differing:
        return 1
    print(f"{len(one)} files are the same from the checkout and from the source archive.")
    return 0


def contents(path: str) -> dict[str, bytes]:
    """Return the bytes of each file in the wheel at `path`, by name."""
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


if __name__ == "__main__":
    sys.exit(main())
