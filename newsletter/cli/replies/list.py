"""`newsletter replies list`: the mails that came in."""

from __future__ import annotations

from collections.abc import Collection

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say, table
from newsletter.cli._replies import mail_as_dict, mail_lines
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.command("list")
@click.option("--unread", is_flag=True, help="Only those nobody looked at.")
@click.option("--parked", is_flag=True, help="Only those that could not be read.")
@click.option("--asking", is_flag=True, help="Only those in which a reader asks something of you.")
@click.option("--all", "is_all", is_flag=True, help="Also those in the archive, and automatic ones.")
@click.option("--issue", metavar="SLUG", help="Only answers to this issue.")
@click.option("--reader", metavar="EMAIL", help="Only mails from this reader.")
@click.option("--tag", help="Only those with this tag.")
@click.option("--kind", metavar="KIND", help="Only this kind, such as human, out_of_office or bounce.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@json_option
def command(
    unread: bool,
    parked: bool,
    asking: bool,
    is_all: bool,
    issue: str | None,
    reader: str | None,
    tag: str | None,
    kind: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show the mails that came in, the newest first: those of people, and those not known to be automatic."""
    from newsletter.project.issues.slugs import Slugs
    from newsletter.project.replies.choice import ReplyChoice, chosen

    choice = ReplyChoice(
        unread=unread,
        parked=parked,
        is_asking=asking,
        is_all=is_all,
        issue=issue,
        reader=reader,
        tag=tag,
        kind=kind,
        limit=limit,
    )
    with open_project() as project:
        wanted = chosen(choice)
        found = project.replies.find(wanted)
        if not found and issue is not None:
            _require_issue(issue, Slugs(project))
        total = project.replies.count(wanted)
        waiting = len({act.inbound_id for act in project.replies.acts.waiting()})
        automatic = project.replies.count_automatic(wanted) if choice.is_plain else 0
        is_empty = not found and not project.replies.count(chosen(ReplyChoice(is_all=True)))
    if as_json:
        emit_json([mail_as_dict(one) for one in found])
        return
    if found:
        click.echo(table(mail_lines(found)))
    elif is_empty:
        say("No mail came in yet. Take it in: newsletter replies fetch, or newsletter replies import PATH")
    else:
        say("There is no such mail. All that came in: newsletter replies list --all")
    if total > len(found):
        say(f"{total - len(found)} older ones: --limit {total}")
    if waiting and not asking:
        say(f"{many(waiting, 'mail')} with something for you to decide: newsletter replies list --asking")
    if automatic:
        say(f"{automatic} automatic ones are not shown: --all")


def _require_issue(slug: str, known: Collection[str]) -> None:
    """Raise UsageError where no issue has this slug, so that nobody takes a slip of the pen for silence."""
    if slug in known:
        return
    near = nearest(slug, list(known))
    fix = f'did you mean "{near}"?' if near else "see: ls issues"
    raise UsageError(Problem(what=f'there is no issue "{slug}"', fix=fix))
