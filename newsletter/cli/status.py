"""`newsletter status`: where every recipient stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from newsletter.cli._campaign import counts_line
from newsletter.cli._console import emit_json, json_option, open_project, say

if TYPE_CHECKING:
    from newsletter.domain.campaign import DeliveryRow

__all__ = ["command"]


@click.command("status")
@click.argument("campaign", required=False)
@click.option(
    "--deliveries", is_flag=True, help="A line for each recipient (with --json: one object a line)."
)
@json_option
def command(campaign: str | None, deliveries: bool, as_json: bool) -> int:
    """Show CAMPAIGN, or every campaign, and what to do next; exits 4 while something is left."""
    with open_project() as project:
        if deliveries:
            _deliveries(project.sending.deliveries(campaign), as_json=as_json)
            return 0
        standings = project.sending.status(campaign)
    if as_json:
        emit_json([standing.as_dict() for standing in standings])
    elif not standings:
        say("Nothing was sent yet. To begin: newsletter send ISSUE --to SEGMENT")
    else:
        for standing in standings:
            head = click.style(f"{standing.campaign.issue} → {standing.campaign.segment}", bold=True)
            click.echo(
                f"{head}  {standing.campaign.state}, {standing.campaign.created_at:%Y-%m-%d %H:%M} UTC"
            )
            click.echo(f"  {counts_line(standing.counts)}")
            click.echo(f"  campaign {standing.campaign.id}, provider {standing.campaign.provider}")
            if standing.campaign.reason:
                click.echo(f"  {standing.campaign.reason}")
            for line in standing.advice:
                click.echo(f"  {line}")
    return 4 if any(standing.is_open for standing in standings) else 0


def _deliveries(rows: Iterable[DeliveryRow], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            click.echo(
                json.dumps(
                    {
                        "delivery": row.delivery_id,
                        "email": row.email,
                        "state": row.state,
                        "attempt": row.attempt,
                    },
                    ensure_ascii=False,
                )
            )
        else:
            detail = f"  {row.detail}" if row.detail else ""
            click.echo(f"{row.state:<10}  {row.email}{detail}")
