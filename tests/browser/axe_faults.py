"""What axe finds wrong with a page as it stands (WCAG 2.1 AA and good habits), and whether it is too wide."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

__all__ = ["faults"]

AXE = Axe()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "iframes": False,  # the letter allows no script; its own tests judge it
}


def faults(page: Page) -> list[str]:
    """Return the rules that are broken, each with where."""
    found = AXE.run(page, options=RULES).response
    # Text in the very colour of its ground is no violation to axe, since it might be hidden on purpose.
    unseen = [
        {**one, "nodes": [node for node in one["nodes"] if "equalRatio" in str(node["any"])]}
        for one in found["incomplete"]
        if one["id"] == "color-contrast"
    ]
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in [*found["violations"], *unseen]
        for node in one["nodes"]
    ] + (["wider than the window"] if wide else [])
