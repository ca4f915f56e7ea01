"""Write `newsletter/render/clients/support.json` again from Can I email's data (needs npm).

Usage: `python tests/tools/refresh_client_support.py [VERSION]` of the npm package `caniemail`, which carries
the data of caniemail.com. What comes out is data: which mail client supports which feature of HTML and CSS.
The MIT notices of the data and of the package are written beside it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

DEFAULT_VERSION = "2.0.2"
PACKAGE = Path(__file__).resolve().parents[2] / "newsletter" / "render" / "clients"
CLIENTS = {
    "gmail-web": ["gmail.desktop-webmail"],
    "gmail-app": ["gmail.android", "gmail.ios"],
    "gmail-non-google": ["gmail.android", "gmail.ios"],
    "outlook-classic": ["outlook.windows"],
    "outlook-new": ["outlook.outlook-com"],
    "outlook-com": ["outlook.outlook-com"],
    "outlook-mac": ["outlook.macos"],
    "outlook-app": ["outlook.android", "outlook.ios"],
    "apple-mail": ["apple-mail.macos"],
    "apple-ios": ["apple-mail.ios"],
    "samsung": ["samsung-email.android"],
    "yahoo": ["yahoo.desktop-webmail"],
    "yahoo-app": ["yahoo.android", "yahoo.ios"],
    "thunderbird": ["thunderbird.macos"],
    "proton": ["protonmail.desktop-webmail"],
    "fastmail": ["fastmail.desktop-webmail"],
    "gmx": ["gmx.desktop-webmail"],
}
"""The names an author knows, and whose data stands for them; of several the least able counts."""

FOREIGN = re.compile(r"(?:Partial\. )?(?:Not supported|Doesn't work) with non Google accounts")
"""A note that says the feature fails in Gmail's app with an account from elsewhere."""

NO_STYLE = re.compile(r"css-(?:selector|pseudo|at)-")
"""What can only stand in a style sheet, which that app throws away with such an account."""

RANK = {"y": 0, "u": 1, "a": 2, "n": 3}
NOTICE = """support.json is derived from the data of Can I email (https://www.caniemail.com),
{date}, as published in the npm package {source}.

The data:

MIT License

Copyright (c) 2019 HTeuMeuLeu

The package:

{package}"""


def newest(feature: dict[str, object], where: str) -> tuple[str, list[str]]:
    """Return what the newest test says (y, a, n or u) and the numbers of its notes."""
    family, platform = where.split(".")
    tests = feature["stats"].get(family, {}).get(platform)  # type: ignore[attr-defined]  # JSON
    if not tests:
        return "u", []
    words = str(list(tests.values())[-1]).split()
    return words[0], [word.removeprefix("#") for word in words[1:]]


def support(feature: dict[str, object], client: str) -> str:
    """Return what `client` does with `feature`: y, p, n or u, and the numbers of the notes on it."""
    found = max((newest(feature, where) for where in CLIENTS[client]), key=lambda one: RANK[one[0]])
    value, numbers = found
    notes = feature.get("notes_by_num") or {}
    slug = str(feature["slug"])
    if client == "gmail-non-google" and (
        slug == "html-style"
        or NO_STYLE.match(slug)
        or any(FOREIGN.match(notes.get(one, "")) for one in numbers)
    ):
        value, numbers = "n", [one for one in numbers if FOREIGN.match(notes.get(one, ""))]
    kept = [one for one in numbers if one in notes]
    return ",".join([value.replace("a", "p"), *(kept if value != "y" else [])])


def main() -> None:
    """Fetch the package into a temporary directory, slim its data down and write it."""
    version = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_VERSION
    source = f"caniemail@{version}"
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed")
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([npm, "pack", "--silent", source], cwd=directory, check=True, stdout=subprocess.PIPE)
        with tarfile.open(next(Path(directory).glob("*.tgz"))) as archive:
            archive.extractall(directory, filter="data")
        package = Path(directory) / "package"
        data = json.loads((package / "data" / "caniemail.json").read_text(encoding="utf-8"))
        notice = (package / "LICENSE").read_text(encoding="utf-8")
    date = data["last_update_date"].split()[0]
    lines = []
    for feature in sorted(data["data"], key=lambda one: one["slug"]):
        stands = [support(feature, client) for client in CLIENTS]
        used = {number for stand in stands for number in stand.split(",")[1:]}
        notes = {
            number: text for number, text in (feature.get("notes_by_num") or {}).items() if number in used
        }
        slim = {
            "title": feature["title"],
            "tested": "-".join(part.zfill(2) for part in feature["last_test_date"].split("-")),
            "support": " ".join(stands),
            **({"notes": notes} if notes else {}),
        }
        lines.append(f"  {json.dumps(feature['slug'])}: {json.dumps(slim, ensure_ascii=False)}")
    head = {"source": "caniemail.com", "package": source, "date": date, "clients": list(CLIENTS)}
    fields = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items())
    features = ",\n".join(lines)
    text = f'{{{fields},\n "features": {{\n{features}\n }}}}\n'
    (PACKAGE / "support.json").write_text(text, encoding="utf-8")
    (PACKAGE / "support.LICENSE").write_text(
        NOTICE.format(date=date, source=source, package=notice), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
