"""`newsletter subscribers consent` and `add`: who said yes to what, and adding somebody by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.people.consent_history import ShownConsent

__all__ = ["add", "consent"]


@click.command("consent")
@click.argument("email", required=False)
@click.option("--verify", is_flag=True, help="See that nothing in the whole log was changed or taken out.")
@json_option
@click.pass_context
def consent(ctx: click.Context, email: str | None, verify: bool, as_json: bool) -> None:
    """Show what EMAIL said yes and no to, in which words, and how each is proved."""
    if bool(email) == verify:
        fix = "newsletter subscribers consent EMAIL, or: newsletter subscribers consent --verify"
        raise UsageError(Problem(what="name an address, or add --verify", fix=fix))
    with open_project() as project:
        is_whole = _show(project, email, as_json) if email else _verify(project, as_json)
    if not is_whole:
        ctx.exit(1)


def _verify(project: Project, as_json: bool) -> bool:
    faults, head = project.consent.faults(), project.consent.head()
    if as_json:
        emit_json(
            {
                "events": head.id if head else 0,
                "head": head.hash if head else None,
                "faults": [{"event": fault.event_id, "what": fault.what} for fault in faults],
            }
        )
        return not faults
    for fault in faults:
        click.echo(f"{click.style('broken', fg='red')} event {fault.event_id}: {fault.what}")
    if faults:
        say("The first one is where to begin. If you restored a backup, see: docs/how-to/prove-consent.md")
    elif head is None:
        click.echo("Nobody's consent is written down yet")
    else:
        click.echo(f"The log is whole: {many(head.id, 'event')}, the newest is {head.hash}")
    return not faults


def _show(project: Project, email: str, as_json: bool) -> bool:
    from newsletter.project.people.consent_history import consent_history

    found = consent_history(project, email)
    if as_json:
        emit_json([_as_json(one) for one in found])
    elif not found:
        click.echo(f"Nothing is written down about {email}")
    else:
        for one in found:
            _tell(one)
    return all(one.is_sound for one in found)


def _tell(one: ShownConsent) -> None:
    event, personal = one.event, one.personal
    click.echo(f"{event.at:%Y-%m-%d %H:%M} UTC  {click.style(event.kind, bold=True)}  event {event.id}")
    every = "every list" if event.purpose == "*" else event.purpose
    facts: list[tuple[str, str | None]] = [("list", every)]
    if personal is not None:
        facts += [
            ("address", personal.email),
            ("source", personal.source),
            ("from", personal.ip),
            ("browser", personal.user_agent),
            *personal.details.items(),
        ]
    elif event.commitment is not None:
        facts.append(("person", "wiped; the event still verifies"))
    if event.wording is not None and event.wording_digest is not None:
        facts.append(("wording", f"{event.wording}, version {event.wording_digest[:12]}"))
    facts.append(("proof", one.proof if one.is_sound else "BROKEN: it was changed after it was written"))
    for name, value in facts:
        if value:
            click.echo(f"  {name}: {value}")
    if one.wording is not None:
        click.echo("\n".join(f"    | {line}".rstrip() for line in one.wording.text.splitlines()))


def _as_json(one: ShownConsent) -> dict[str, object]:
    event, personal = one.event, one.personal
    return {
        "event": event.id,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "list": event.purpose,
        "address": personal.email if personal else None,
        "source": personal.source if personal else None,
        "ip": personal.ip if personal else None,
        "user_agent": personal.user_agent if personal else None,
        "details": dict(personal.details) if personal else {},
        "wiped": personal is None and event.commitment is not None,
        "wording": event.wording,
        "wording_digest": event.wording_digest,
        "wording_text": one.wording.text if one.wording else None,
        "proof": one.proof,
        "sound": one.is_sound,
        "hash": event.hash,
    }


@click.command("add")
@click.argument("email")
@click.option("--source", help="How you know that they want it; it is kept as the proof.")
@click.option("--lang", help="Language of the reader, such as nl.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be given more than once.")
@json_option
def add(email: str, source: str | None, lang: str | None, tags: tuple[str, ...], as_json: bool) -> None:
    """Put EMAIL on the list by hand, with how you know that they want it."""
    if not source or not source.strip():
        raise UsageError(
            Problem(
                what="say how you know that they want it",
                why="without that nobody can prove it later",
                fix=f'newsletter subscribers add {email} --source "on paper, 4 September"',
            )
        )
    with open_project() as project:
        added = project.consent.add(email, source=source, lang=lang, tags=tags)
    if as_json:
        emit_json({"email": added.email, "id": added.id, "status": added.status})
        return
    click.echo(f"{added.email} is on the list")
