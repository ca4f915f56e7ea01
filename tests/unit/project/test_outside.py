"""What checks ask on request, from the rule to real servers on this machine and back to the line."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))
from local_world import LocalWeb, Page, link_asker, serve_names

from newsletter.checks.outside import Outside
from newsletter.checks.registry import Stage
from newsletter.domain.finding import CheckReport, CheckStatus
from newsletter.domain.mail_records.dkim_key import key_record
from newsletter.probes.names import NameServers
from newsletter.project import Project

LOCAL = ["127.0.0.1"]
CONFIG = """
[newsletter]
lang = "nl"
postal_address = "Kade 12, Zwolle"
base_url = "{base_url}"
[sender]
from = "Renata <renata@brief.example>"
[checks]
dkim_selectors = ["s1"]
"""
LETTER = """---
subject: Kort nieuws
---
Beste lezer,

Lees [het verslag]({gone}) en [het verhaal]({there}).
"""
KEY = key_record(Ed25519PrivateKey.generate())
ZONE = {
    ("brief.example", "A"): LOCAL,
    ("brief.example", "MX"): ["10 brief.example."],
    ("brief.example", "TXT"): ['"v=spf1 include:post.example -all"'],
    ("post.example", "TXT"): ['"v=spf1 ip4:203.0.114.0/24 -all"'],
    ("s1._domainkey.brief.example", "TXT"): [f'"{KEY}"'],
    ("_dmarc.brief.example", "TXT"): ['"v=DMARC1; p=none"'],
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "issues").mkdir()
    return tmp_path


def _check(root: Path, outside: Outside) -> CheckReport:
    with Project.open(root, environment={}) as project:
        return project.issues.check(root / "issues/kort.md", outside=outside)


def _ends(report: CheckReport) -> dict[str, CheckStatus]:
    return {result.code: result.status for result in report.results}


def test_a_dead_link_is_told_at_its_line_and_a_sound_sender_passes(root: Path) -> None:
    with LocalWeb({"/er": Page()}) as web, serve_names(ZONE) as names:
        (root / "newsletter.toml").write_text(CONFIG.format(base_url="https://127.0.0.1:1"))  # nobody there
        letter = LETTER.format(gone=web.url("/weg"), there=web.url("/er"))
        (root / "issues/kort.md").write_text(letter)
        with Project.open(root, environment={}) as project:
            outside = Outside(
                asked=frozenset({Stage.NETWORK}),
                links=link_asker(names, root),
                names=NameServers(("127.0.0.1", names.port)),
                provider=project.sending.provider().probe,
            )
        report = _check(root, outside)

    dead = [finding for finding in report.findings if finding.code == "LK022"]
    assert [(str(f.place), "404" in f.what) for f in dead] == [("issues/kort.md:6:20", True)]
    ends = _ends(report)
    sender = [ends[code] for code in ("HD013", "HD014", "HD015", "HD016", "HD017", "HD019")]
    assert sender == [CheckStatus.OK] * 6
    assert list(report.unable) == []


def test_without_a_network_every_rule_that_needs_it_could_not_run(root: Path) -> None:
    with serve_names({}) as names:
        dead_port = names.port
    (root / "newsletter.toml").write_text(CONFIG.format(base_url="https://brief.example"))
    (root / "issues/kort.md").write_text(LETTER.format(gone="https://a.example", there="https://b.example"))
    names.port = dead_port
    asker = link_asker(names, root, patience_s=0.1)
    servers = NameServers(("127.0.0.1", dead_port), patience_s=0.1)
    with Project.open(root, environment={}) as project:
        outside = Outside(asked=frozenset({Stage.NETWORK}), links=asker, names=servers)
        outside = replace(outside, provider=project.sending.provider().probe)
    report = _check(root, outside)

    assert {r.code for r in report.unable} >= {"LK022", "LK023", "HD005", "HD013", "HD014", "HD015", "HD019"}
    assert {r.reason for r in report.unable if r.code.startswith("LK")} == {
        "the network cannot be reached: no name server answers; look at the connection"
    }
    assert not {"LK022", "HD013"} & {finding.code for finding in report.findings}


def test_nothing_is_asked_that_was_not_asked_for(root: Path) -> None:
    (root / "newsletter.toml").write_text(CONFIG.format(base_url="https://brief.example"))
    (root / "issues/kort.md").write_text(LETTER.format(gone="https://a.example", there="https://b.example"))

    with Project.open(root, environment={}) as project, project.outside([]) as outside:
        report = _check(root, outside)

    asked_for = [result for result in report.results if result.is_unasked]
    assert {"LK022", "HD013"} <= {result.code for result in asked_for}
    assert {result.status for result in asked_for} == {CheckStatus.SKIPPED}
    assert not {result.code for result in report.unproven} & {result.code for result in asked_for}
