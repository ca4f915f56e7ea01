"""What the page on publishing the archive gives to copy is right, headers and workflow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from newsletter.cli import archive as archive_command
from newsletter.site.archive import _SEARCHING

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "publish-the-archive.md").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / "examples" / "archive-pages.yml").read_text())


def directives(policy: str) -> dict[str, str]:
    """Return what each directive of a policy allows."""
    parts = [part.strip().partition(" ") for part in policy.split(";")]
    return {name: allowed for name, _, allowed in parts}


def test_the_headers_of_both_servers_are_those_of_the_public_site() -> None:
    policies = re.findall(r'Content-Security-Policy "([^"]+)"', PAGE)

    assert [directives(policy) for policy in policies] == [directives(_SEARCHING)] * 2


def test_the_pages_say_the_same_but_for_frames_which_only_a_header_can() -> None:
    shell = (ROOT / "templates" / "archive" / "_page.html.j2").read_text()
    own = re.search(r'Content-Security-Policy" content="([^"]+)"', shell)
    wanted = directives(_SEARCHING)
    del wanted["frame-ancestors"]

    assert own is not None
    assert directives(own[1].replace("{{ ' https:' if has_far_pictures }}", " https:")) == wanted


def test_the_workflow_builds_with_the_command_there_is_and_may_publish() -> None:
    (job,) = WORKFLOW["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    uploaded = next(step for step in job["steps"] if "upload-pages-artifact" in step.get("uses", ""))
    build = archive_command.command.get_command(None, "build")  # type: ignore[arg-type]  # it asks for none
    options = {name for option in build.params for name in option.opts} if build else set()

    assert "newsletter archive build -o public/archive" in runs
    assert "-o" in options
    assert uploaded["with"]["path"] == "public"
    assert WORKFLOW["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    assert {"push", "schedule", "workflow_dispatch"} == set(WORKFLOW[True])  # YAML 1.1 reads on as true
