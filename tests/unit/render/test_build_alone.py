"""A build asks nothing of the network, starts no process and says nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
BUILD = """
import logging, sys
from pathlib import Path

logging.basicConfig(level=logging.INFO)  # so that anybody's record becomes a line

def refuse(event, arguments):
    if event.split(".")[0] in ("socket", "subprocess", "http", "urllib", "ftplib", "webbrowser"):
        raise PermissionError(event, arguments)

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.render.pipeline import render_issue

root = Path(sys.argv[1])
settings = NewsletterConfig(
    name="Helder bestuur", lang="nl", postal_address="Kade 12, Zwolle", base_url="https://brief.example"
)
fields = {name: FieldConfig(name=name, fallback="x") for name in ("first_name", "organisation", "role")}
config = Config(root=root, newsletter=settings, fields=fields)
sys.addaudithook(refuse)
try:
    __import__("socket").socket().connect(("127.0.0.1", 9))
except PermissionError:
    print("closed")
for path in sorted(root.glob("issues/*.md")):
    html = str(render_issue(load_issue(path, config), config).html.shape())
    print(path.stem, "fonts.g" in html, "@import" in html)
"""


def test_a_build_asks_nothing_of_the_network_and_says_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(ROOT)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    lines = done.stdout.splitlines()
    assert "closed" == lines[0]
    assert len(lines) > 2
    assert all(line.endswith("False False") for line in lines[1:])
    assert "" == done.stderr
