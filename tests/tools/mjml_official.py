"""The official MJML compiler, from npm, kept in a cache outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["VERSIONS", "cached_package", "compile_all"]

VERSIONS = ("4.18.0", "5.4.1")
"""The last of MJML 4 and the MJML 5 that `schema.json` comes from."""

_RUNNER = """
const fs = require("fs");
const found = require("mjml");
const compile = found.default || found;
const [source, target] = process.argv.slice(2);
(async () => {
  const documents = JSON.parse(fs.readFileSync(source, "utf-8"));
  const results = {};
  for (const [name, mjml] of Object.entries(documents)) {
    try {
      const result = await compile(mjml, { validationLevel: "soft", ignoreIncludes: true });
      results[name] = { html: result.html };
    } catch (error) {
      results[name] = { error: String(error && error.message || error).split("\\n")[0] };
    }
  }
  fs.writeFileSync(target, JSON.stringify(results));
})();
"""


def compile_all(version: str, documents: Mapping[str, str]) -> dict[str, str | None]:
    """Return the HTML of each of `documents`, None for one that MJML `version` refuses."""
    home = _installed(version)
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory, "in.json"), Path(directory, "out.json")
        source.write_text(json.dumps(documents), encoding="utf-8")
        subprocess.run([_tool("node"), str(home / "run.js"), str(source), str(target)], check=True)
        results = json.loads(target.read_text(encoding="utf-8"))
    for name, result in results.items():
        if "error" in result:
            print(f"MJML {version} refuses {name}: {result['error'][:200]}", file=sys.stderr)
    return {name: results[name].get("html") for name in documents}


def _installed(version: str) -> Path:
    home = cached_package("mjml", version)
    (home / "run.js").write_text(_RUNNER, encoding="utf-8")
    return home


def cached_package(name: str, version: str) -> Path:
    """Return the directory with npm package `name`, which is installed there when it is not yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "newsletter-as-code" / f"{name}-{version}"
    if not (home / "node_modules" / name).is_dir():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}', encoding="utf-8")
        install = [
            _tool("npm"),
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            f"{name}@{version}",
        ]
        subprocess.run(install, cwd=home, check=True, stdout=sys.stderr)
    return home


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        sys.exit(f"{name} is needed to compare with the official MJML")
    return path
