"""`newsletter status`: where every recipient stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from newsletter.cli._campaign import as_dict, clearance_as_dict, languages_as_dict, show_summary
from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.cli._waves import show_waves, waves_as_dicts
from newsletter.cli._workers import rates_as_dict, show_rates, show_workers, workers_as_dicts

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
    """Show CAMPAIGN, or all, and what to do next; exits 4 while somebody is left, 5 when halted."""
    with open_project() as project:
        if deliveries:
            _deliveries(project.sending.deliveries(campaign), as_json=as_json)
            return 0
        summaries = project.sending.summaries(campaign)
        languages = {one.campaign.id: project.sending.languages(one.campaign.id) for one in summaries}
        cleared = {one.campaign.id: project.sending.clearance(one.campaign.id) for one in summaries}
        waves = {one.campaign.id: project.steering.waves(one.campaign) for one in summaries}
        workers, rates = project.sending.workers(), project.sending.rates()
        running = [one.campaign.id for one in summaries if one.campaign.state == "running"]
        paces = {one: project.sending.pace(one) for one in running}
        alarm = project.admission.alarm() if project.has_store else None
    if as_json:
        emit_json(
            [
                {
                    **as_dict(one),
                    **languages_as_dict(languages[one.campaign.id]),
                    **clearance_as_dict(cleared[one.campaign.id]),
                    "waves": waves_as_dicts(waves[one.campaign.id]),
                    "per_second": paces.get(one.campaign.id),
                    "workers": workers_as_dicts(workers) if one.campaign.id in paces else [],
                    "rates": rates_as_dict(rates) if one.campaign.id in paces else {},
                }
                for one in summaries
            ]
        )
    elif not summaries:
        say("Nothing was sent yet. To begin: newsletter send ISSUE --to SEGMENT")
    if alarm:
        say(f"The site: {alarm}.")
    for summary in () if as_json else summaries:
        show_summary(summary, cleared[summary.campaign.id], languages[summary.campaign.id])
        show_waves(waves[summary.campaign.id])
        if summary.campaign.id in paces:
            click.echo(f"  {paces[summary.campaign.id]:.1f} readers a second in the last minute")
    if not as_json:
        show_workers(workers)
        show_rates(rates)
    return max((summary.exit_code for summary in summaries if not summary.is_closed), default=0)


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
