"""`newsletter subscribers`: the list."""

from __future__ import annotations

import click

from newsletter.cli._console import (
    emit_json,
    json_option,
    open_project,
    parse_when,
    say,
    table,
    ticker,
)
from newsletter.cli._list_files import export, import_list, undo
from newsletter.cli.subscribers_consent import add, consent
from newsletter.cli.subscribers_privacy import forget, retain
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.group("subscribers", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show how many subscribers there are in each status."""
    if ctx.invoked_subcommand:
        return
    with open_project() as project:
        counts = project.audience.status_counts()
    if as_json:
        emit_json(counts)
        return
    click.echo(table([("status", "subscribers"), *((name, str(number)) for name, number in counts.items())]))


@command.command("sync")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this the plan is only shown.")
@click.option("--since", metavar="WHEN", help="Only what is on the provider's lists since then (ISO 8601).")
@click.option("--provider", help="Another provider than the configured one.")
@json_option
def sync_list(is_applied: bool, since: str | None, provider: str | None, as_json: bool) -> None:
    """Never mail again who left, complained or does not exist by the provider's lists; --apply does it."""
    from newsletter.project.sending.syncing import sync

    with open_project() as project, ticker() as tell:
        tell("reading the provider's lists")
        moment = parse_when(since, "--since")
        synced = sync(project, provider_name=provider, since=moment, is_applied=is_applied)
    stopped = {str(reason): number for reason, number in sorted(synced.stopped.items())}
    if as_json:
        emit_json(
            {
                "listed": dict(synced.listed),
                "stopped": stopped,
                "passing": synced.passing,
                "applied": is_applied,
            }
        )
        return
    told = ", ".join(f"{number} {name}" for name, number in synced.listed.items()) or "nobody"
    click.echo(f"The provider does not mail: {told}")
    news = ", ".join(f"{number} {reason}" for reason, number in stopped.items()) or "nobody new"
    click.echo(f"{'Never mailed again' if is_applied else 'To be stopped here'}: {news}")
    if synced.passing:
        say(f"Left alone, because it may pass (a full mailbox, a block): {synced.passing}")
    if not is_applied:
        say("Nothing was changed yet. To apply: newsletter subscribers sync --apply")


@command.command("why")
@click.argument("email")
@click.option("--to", "segment", help="A segment or expression; the campaigns of an issue use its own.")
@click.option("--campaign", metavar="CAMPAIGN", help="Why they are in this campaign, or not.")
@json_option
def why(email: str, segment: str | None, campaign: str | None, as_json: bool) -> None:
    """Show what is known of EMAIL, and why they would or would not get a letter."""
    if segment and campaign:
        raise UsageError(Problem(what="--to and --campaign do not go together", fix="leave one of them out"))
    with open_project() as project:
        answer = project.audience.why(email, segment, campaign)
    if as_json:
        told = {"email": answer.email, "mailed": answer.is_mailed, "reasons": list(answer.reasons)}
        emit_json({**told, "language": answer.language})
        return
    verdict = "would get it" if answer.is_mailed else "would not get it"
    if campaign:
        verdict = "is in it" if answer.is_mailed else "is not in it"
    click.echo(f"{answer.email} {click.style(verdict, fg='green' if answer.is_mailed else 'yellow')}")
    for reason in answer.reasons:
        click.echo(f"  {reason}")


@command.command("unsubscribe")
@click.argument("email")
@json_option
def unsubscribe(email: str, as_json: bool) -> None:
    """Stop mailing EMAIL, for good; no import brings them back."""
    with open_project() as project:
        changed = project.audience.unsubscribe(email)
    if as_json:
        emit_json({"email": email, "changed": changed})
        return
    click.echo(f"{email} is unsubscribed" if changed else f"{email} was unsubscribed already")


for _each in (import_list, undo, export, add, consent, forget, retain):
    command.add_command(_each)
