"""Write `newsletter/studio/pages/vendor/editor.js` again: CodeMirror 6 as one file (needs node and npm).

Usage: `python tests/tools/refresh_editor.py`. The versions stand in `editor/package.json` and, with a digest
each, in `editor/package-lock.json`; the same versions give the same bytes. For newer ones, edit the first
and run `npm install --package-lock-only --omit-lockfile-registry-resolved` beside it. The notices of all
packages inside are written next to the file.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "editor"
TARGET = Path(__file__).resolve().parents[2] / "newsletter" / "studio" / "pages" / "vendor"


def main() -> None:
    """Install the packages in a temporary directory, bundle them, collect their notices."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("node and npm are needed")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        shutil.copytree(SOURCE, work, dirs_exist_ok=True)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=work, check=True)
        bundle = [
            str(work / "node_modules" / ".bin" / "esbuild"),
            "entry.js",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--legal-comments=none",
            "--metafile=meta.json",
            "--outfile=editor.js",
        ]
        subprocess.run(bundle, cwd=work, check=True)
        names = bundled(json.loads((work / "meta.json").read_text("utf-8")))
        shutil.copy(work / "editor.js", TARGET / "editor.js")
        (TARGET / "editor.LICENSE").write_text(notices(work, names), "utf-8")


def bundled(meta: dict[str, dict[str, object]]) -> list[str]:
    """Return the names of the packages of which something is in the bundle."""
    names = set()
    for path in meta["inputs"]:
        _, found, rest = path.partition("node_modules/")
        if found:
            parts = rest.split("/")
            names.add("/".join(parts[:2]) if parts[0].startswith("@") else parts[0])
    return sorted(names)


def notices(work: Path, names: list[str]) -> str:
    """Return every distinct licence text, under the packages it is of."""
    texts: dict[str, list[str]] = {}
    for name in names:
        folder = work / "node_modules" / name
        version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
        texts.setdefault((folder / "LICENSE").read_text("utf-8").strip(), []).append(f"{name} {version}")
    parts = [f"{', '.join(packages)}\n\n{text}\n" for text, packages in texts.items()]
    return "editor.js holds these packages.\n\n" + "\n\n".join(parts)


if __name__ == "__main__":
    main()
