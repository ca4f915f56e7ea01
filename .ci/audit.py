"""Ask whether a version in `uv.lock` is known to be vulnerable, by the database of OSV (https://osv.dev).

Exit 0: none is, or nobody could be asked, which is said plainly; `--required` makes that exit 2.
Exit 1: one is.
What is known and accepted stands in `.ci/audit.toml`, each with the reason and the day it is looked at again.
Another service of the same kind is named by `AUDIT_URL`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "https://api.osv.dev"
PATIENCE_S = 20
LARGEST = 32 << 20


class CannotAskError(Exception):
    """Nobody answered, or not in a way that says anything; nothing is known."""


def main() -> int:
    """Ask, tell, and return the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lock", type=Path, default=ROOT / "uv.lock")
    options.add_argument("--accepted", type=Path, default=ROOT / ".ci" / "audit.toml")
    options.add_argument("--required", action="store_true", help="not being able to ask is a failure")
    asked = options.parse_args()
    packages = locked(asked.lock)
    service = os.environ.get("AUDIT_URL", SERVICE).rstrip("/")
    try:
        found = ask(service, packages)
    except CannotAskError as error:
        print(f"NOT LOOKED AT: {service} cannot be asked ({error}); {len(packages)} versions are unjudged.")
        return 2 if asked.required else 0
    accepted = still_accepted(asked.accepted)
    open_ones = {name: [one for one in ids if one not in accepted] for name, ids in found.items()}
    for name, ids in sorted(found.items()):
        for one in ids:
            note = f"accepted: {accepted[one]}" if one in accepted else f"https://osv.dev/vulnerability/{one}"
            print(f"{name}: {one}  {note}")
    if any(open_ones.values()):
        print("Upgrade it (uv lock --upgrade-package NAME), or accept it in .ci/audit.toml with a reason.")
        return 1
    print(f"{len(packages)} locked versions: none is known to be vulnerable.")
    return 0


def locked(path: Path) -> list[tuple[str, str]]:
    """Return name and version of everything in the lock that comes from a registry."""
    lock = tomllib.loads(path.read_text("utf-8"))
    return [
        (package["name"], package["version"])
        for package in lock["package"]
        if "registry" in package.get("source", {})
    ]


def ask(service: str, packages: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the ids of what is known, by `name version`. Raises CannotAskError."""
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages
    ]
    request = urllib.request.Request(
        f"{service}/v1/querybatch",
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            results = json.loads(answer.read(LARGEST))["results"]
        if len(results) != len(packages):
            raise CannotAskError(f"{len(results)} answers to {len(packages)} questions")
        return {
            f"{name} {version}": [str(one["id"]) for one in result.get("vulns", [])]
            for (name, version), result in zip(packages, results, strict=True)
            if result.get("vulns")
        }
    except urllib.error.HTTPError as error:
        with error:
            raise CannotAskError(f"it answered {error.code}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotAskError(str(getattr(error, "reason", error)) or type(error).__name__) from error


def still_accepted(path: Path) -> dict[str, str]:
    """Return the reasons by id of what is accepted and not due to be looked at again."""
    if not path.exists():
        return {}
    today = datetime.datetime.now(datetime.UTC).date()
    return {
        name: entry["reason"]
        for name, entry in tomllib.loads(path.read_text("utf-8")).items()
        if entry["until"] >= today
    }


if __name__ == "__main__":
    sys.exit(main())
