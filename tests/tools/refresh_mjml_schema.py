"""Write `newsletter/render/mjml/schema.json` again from MJML's own npm packages (needs node and npm).

Usage: `python tests/tools/refresh_mjml_schema.py [VERSION]`. What comes out is data (which element takes
which attributes and children); MJML's MIT notice is written beside it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DEFAULT_VERSION = "5.4.1"
PACKAGE = Path(__file__).resolve().parents[2] / "newsletter" / "render" / "mjml"
READER = """
const preset = require("mjml-preset-core").default || require("mjml-preset-core");
const elements = {};
for (const component of Object.values(preset.components)) {
  const name = component.componentName || component.getTagName();
  const children = preset.dependencies[name] || [];
  elements[name] = {
    attributes: component.allowedAttributes || {},
    children: children.filter((child) => typeof child === "string").sort(),
    is_ending: Boolean(component.endingTag),
  };
}
elements.mjml = { attributes: {}, children: [...preset.dependencies.mjml].sort(), is_ending: false };
console.log(JSON.stringify(elements));
"""


def main() -> None:
    """Install the packages in a temporary directory, read them with node, write the data."""
    version = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_VERSION
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("node and npm are needed")
    packages = [f"mjml-preset-core@{version}", f"mjml-core@{version}"]
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "package.json").write_text('{"private": true}', encoding="utf-8")
        subprocess.run([npm, "install", "--no-audit", "--no-fund", *packages], cwd=directory, check=True)
        result = subprocess.run([node, "-e", READER], cwd=directory, check=True, stdout=subprocess.PIPE)
        notice = (Path(directory) / "node_modules/mjml-preset-core/LICENSE.md").read_text(encoding="utf-8")
    schema = {"source": packages, "elements": json.loads(result.stdout)}
    text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (PACKAGE / "schema.json").write_text(text, encoding="utf-8")
    (PACKAGE / "schema.LICENSE").write_text(
        "schema.json is derived from the npm packages " + " and ".join(packages) + ".\n\n" + notice,
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
