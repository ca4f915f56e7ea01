"""`newsletter doctor`: is everything set up to arrive?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, ticker
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.probes.names import NameServers

__all__ = ["command"]

_RESOLVER = re.compile(
    r"([^\[\]]*:[^\[\]]*:[^\[\]]*)|\[([^\[\]]+)\](?::(\d{1,5}))?|([^:\[\]]+)(?::(\d{1,5}))?"
)
_AREAS = ("dns", "provider", "site", "machine", "mailbox")


@click.command("doctor")
@click.argument("what", type=click.Choice([*_AREAS, "roundtrip", "all"]), default="all")
@click.option("--provider", help="Another provider than the configured one.")
@click.option("--network", is_flag=True, help="Fetch the files that records point to as well.")
@click.option(
    "--resolver",
    metavar="ADDRESS",
    help="Ask this name server, such as 9.9.9.9 or 127.0.0.1:5353, and believe it.",
)
@click.option("--to", metavar="EMAIL", help="With roundtrip: to this address, not the sender's own.")
@click.option("--issue", metavar="ISSUE", help="With roundtrip: this issue, not the last.")
@click.option(
    "--wait", type=click.IntRange(0, 86_400), metavar="SECONDS", help="With roundtrip: so long, not 120."
)
@click.option("--look", metavar="LETTER", help="With roundtrip: look for this letter, and send none.")
@click.option("--dry-run", is_flag=True, help="With roundtrip: say what would be sent, and send nothing.")
@json_option
def command(
    what: str,
    *,
    provider: str | None,
    network: bool,
    resolver: str | None,
    to: str | None,
    issue: str | None,
    wait: float | None,
    look: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Look whether mail can leave and arrive, and what to publish in the DNS. Sends and changes nothing.

    Only `roundtrip`, which is not in `all`, sends a mail: one letter to yourself, as the list would get it.
    Then it waits for it in the mailbox of `[replies]`, and says by which signs an answer will be known.
    """
    from newsletter.cli._roundtrip import refuse_elsewhere, round_trip

    if what == "roundtrip":
        if provider or network or resolver:
            raise UsageError(
                "roundtrip goes the configured way: without --provider, --network and --resolver"
            )
        return round_trip(to=to, issue=issue, wait=wait, look=look, dry_run=dry_run, as_json=as_json)
    refuse_elsewhere({"to": to, "issue": issue, "wait": wait, "look": look, "dry_run": dry_run})
    from newsletter.cli import _diagnoses
    from newsletter.probes.pages import PageVisitor
    from newsletter.project.upkeep.doctor import Area, Doctor

    names = _name_servers(resolver)
    with open_project() as project, ticker() as tell:
        doctor = Doctor(
            project=project,
            names=names,
            visit=PageVisitor(addresses=names.addresses).visit,
            provider=provider,
            has_network=network,
            tell=tell,
        )
        found = doctor.examine(list(Area) if what == "all" else [Area(what)])
    said, code = _diagnoses.verdict(found)
    if as_json:
        emit_json(_diagnoses.as_json(found))
    else:
        click.echo(_diagnoses.as_text(found))
        say(f"\n{said}")
    return code


def _name_servers(resolver: str | None) -> NameServers:
    """Return who is asked about names: those of this machine, or the one that was named."""
    from newsletter.probes.names import NameServers

    server = _server(resolver) if resolver is not None else None
    return NameServers(server, stage_s=float("inf"), is_believed=server is not None)


def _server(text: str) -> tuple[str, int]:
    from ipaddress import ip_address

    match = _RESOLVER.fullmatch(text)
    try:
        address, port = ip_address(match[1] or match[2] or match[4]) if match else None, 53
        if match and (match[3] or match[5]):
            port = int(match[3] or match[5])
        if address is None or not 0 < port < 65_536:
            raise ValueError(text)
    except ValueError:
        problem = Problem(
            what=f'--resolver is not the address of a name server: "{text}"',
            fix="write it as --resolver 9.9.9.9 or --resolver 127.0.0.1:5353",
        )
        raise UsageError(problem) from None
    return str(address), port
