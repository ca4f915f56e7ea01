"""Measure how fast the main paths are, each against a floor measured in the same run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.figures import Figure, as_json, as_table
from benchmarks.machine import describe_machine
from benchmarks.publishing import PAGE, publish
from benchmarks.running import LONG, NAMES, run_alone
from benchmarks.timing import ROOT

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks named, or all, and print what they found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which: {', '.join(NAMES)}, and only when named {', '.join(LONG)}; default all others",
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="write JSON instead of a table")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the size or less, once: to see that it works"
    )
    parser.add_argument(
        "--publish", action="store_true", help=f"also write {PAGE.relative_to(ROOT)}, as `make bench` does"
    )
    options = parser.parse_args(arguments)
    machine = describe_machine()  # before the load is of our own making
    if options.publish and options.quick:
        parser.error("--quick shows that a benchmark works; its ratios are not worth publishing")
    unknown = [name for name in options.names if name not in (*NAMES, *LONG)]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    figures: list[Figure] = []
    for name in options.names or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += run_alone(name, quick=options.quick)
    if options.publish:
        publish(figures, machine)
        print(f"written: {PAGE.relative_to(ROOT)}", file=sys.stderr)
    print(as_json(figures) if options.as_json else as_table(figures))


if __name__ == "__main__":
    main()
