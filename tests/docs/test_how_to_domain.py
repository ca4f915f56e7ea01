"""The page on setting up a domain shows what really happens, against a name server on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from console import Step, console_steps, matches, run_step

from newsletter.testing.dns_server import DnsServer, Zone

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/set-up-your-domain.md"
BARE: Zone = {
    ("brief.example", "MX"): ["10 mail.brief.example."],
    ("mail.brief.example", "A"): ["203.0.113.5"],
    ("5.113.0.203.in-addr.arpa", "PTR"): ["mail.brief.example."],
}
LOOK = "newsletter doctor dns"


def test_the_worked_example_on_a_domain_runs_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = console_steps(PAGE)
    shown = [step for step in steps if step.expected and not step.file]
    with DnsServer(BARE) as server:
        resolver = f" --resolver 127.0.0.1:{server.port}"
        for step in steps[: steps.index(shown[-1]) + 1]:
            if step.file:
                (tmp_path / step.file).write_text(step.expected, "utf-8")
            elif step.command.startswith("export DKIM_KEY="):
                told = subprocess.run(
                    ["sh", "-c", f'{step.command}; printf %s "$DKIM_KEY"'],
                    cwd=tmp_path,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                monkeypatch.setenv("DKIM_KEY", told.stdout)
            else:
                local = resolver if step.command == LOOK else ""
                _, output = run_step(Step(step.command + local, ""), tmp_path)
                assert matches(step.expected, output), f"$ {step.command}\n{output}"
                if local:
                    _publish(server, run_step(Step(f"{LOOK} --json{local}", ""), tmp_path)[1])

    assert [step.command for step in shown] == [LOOK, LOOK]


def _publish(server: DnsServer, told: str) -> None:
    """Put the records that were printed into the zone."""
    for one in json.loads(told.rpartition("]\n}")[0] + "]\n}")["dns"]:
        for record in one["records"]:
            server.zone[record["name"], record["type"]] = [record["value"]]
