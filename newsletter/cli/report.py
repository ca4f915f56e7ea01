"""`newsletter report`: what became of a letter."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._bars import Bar, bars
from newsletter.cli._campaign import language_lines, languages_as_dict
from newsletter.cli._console import emit_json, json_option, many, open_project, say
from newsletter.cli._reply_figures import figures_as_dict, reply_lines, show_rates, tell_bounce_mails
from newsletter.cli._report_files import figures_as_dict as figures_as_tables
from newsletter.cli._report_files import write_page, write_tables
from newsletter.domain.fate import Word
from newsletter.domain.provider_event import EventKind
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.domain.fate import Fate
    from newsletter.events.report import Report
    from newsletter.project import Project

__all__ = ["command"]

_REASON = 70
_COLUMNS = (
    "email",
    "delivery",
    "state",
    "word",
    "bounce",
    "status",
    "reason",
    "accepted_at",
    "events",
    "language",
)


@click.command("report")
@click.argument("campaign", required=False)
@click.option("--silent", is_flag=True, help="List who was accepted a day ago without any word since.")
@click.option("--csv", "as_csv", is_flag=True, help="A line for each reader, as CSV.")
@click.option("--replies", is_flag=True, help="A line for each letter: how many answered, and how soon.")
@click.option(
    "--html",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Write a page with plots; report-ISSUE.html when no file is named, - for standard output.",
)
@click.option("--all", "is_all", is_flag=True, help="With --html: a page about all letters.")
@click.option("--open", "is_opened", is_flag=True, help="With --html: show the page in a browser.")
@click.option(
    "--tables",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the figures of the plots there, a CSV file for each.",
)
@json_option
def command(
    campaign: str | None,
    *,
    silent: bool,
    as_csv: bool,
    replies: bool,
    html: str | None,
    is_all: bool,
    is_opened: bool,
    tables: Path | None,
    as_json: bool,
) -> None:
    """Show what became of CAMPAIGN, the newest when none is named."""
    to_files = html is not None or tables is not None
    _check(campaign, silent=silent, as_csv=as_csv, replies=replies, as_json=as_json, to_files=to_files)
    _check_page(html, is_opened=is_opened, is_all=is_all, is_about_one=bool(campaign or tables))
    with open_project() as project:
        if to_files:
            if html is not None:
                write_page(project, campaign, html, is_opened=is_opened, is_all=is_all)
            _write_tables(project, campaign, tables)
        elif replies:
            _show_rates(project, as_json=as_json)
        elif as_csv:
            _write_csv(project.events.fates(campaign, only_silent=silent))
        elif silent:
            _list(project.events.fates(campaign, only_silent=True), as_json=as_json)
        elif as_json:
            report = project.events.report(campaign)
            by_mail = project.events.bounce_mails(report.campaign.issue)
            languages = languages_as_dict(project.sending.languages(report.campaign.id))
            plots = figures_as_tables(project.events.figures(report.campaign.id))
            emit_json({**_as_dict(report), **languages, "bounce_mails": asdict(by_mail), **plots})
        else:
            report = project.events.report(campaign)
            _show(report)
            for line in language_lines(project.sending.languages(report.campaign.id)):
                click.echo(line)
            tell_bounce_mails(project.events.bounce_mails(report.campaign.issue))


def _check(
    campaign: str | None, *, silent: bool, as_csv: bool, replies: bool, as_json: bool, to_files: bool
) -> None:
    """Refuse options that do not go together. Raises UsageError."""
    if as_csv and as_json:
        raise UsageError("choose one of --csv and --json")
    if replies and (campaign or silent or as_csv):
        raise UsageError("--replies is about all letters; it takes no campaign, --silent or --csv")
    if to_files and (silent or as_csv or replies or as_json):
        raise UsageError("--html and --tables go without --json, --csv, --silent and --replies")


def _check_page(html: str | None, *, is_opened: bool, is_all: bool, is_about_one: bool) -> None:
    """Refuse options of a page that do not go together. Raises UsageError."""
    if is_opened and html in (None, "-"):
        raise UsageError("--open shows a page that --html wrote: newsletter report --html --open")
    if is_all and (html is None or is_about_one):
        raise UsageError("--all is about every letter, on a page alone: newsletter report --all --html")


def _write_tables(project: Project, campaign: str | None, folder: Path | None) -> None:
    if folder is not None:
        write_tables(project.events.figures(campaign), folder)


def _show(report: Report) -> None:
    campaign = report.campaign
    click.echo(f"{click.style(f'{campaign.issue} → {campaign.segment}', bold=True)}  {campaign.state}")
    click.echo(f"campaign {campaign.id}, provider {campaign.provider}\n")
    for line in bars(_lines(report), max(report.accepted, 1)):
        click.echo(line)
    others = [(state, number) for state, number in sorted(report.states.items()) if state != "accepted"]
    if others:
        click.echo(f"\nnot accepted: {', '.join(f'{number} {state}' for state, number in others)}")
    if report.reasons:
        click.echo("\nwhy they came back, or were not tried")
    for (status, reason), number in report.reasons:
        text = " ".join(part for part in (status, reason) if part) or "no reason given"
        click.echo(f"{number:>7,}  {_printable(text)[:_REASON]}")
    for line in reply_lines(report.replies):
        click.echo(line)
    _advise(report)


def _show_rates(project: Project, *, as_json: bool) -> None:
    rates = project.events.reply_rates()
    if as_json:
        emit_json(
            [
                {"campaign": one.id, "issue": one.issue, "segment": one.segment, **figures_as_dict(figures)}
                for one, figures in rates
            ]
        )
    elif rates:
        show_rates(rates)
    else:
        say("No letter went out yet.")


def _lines(report: Report) -> list[Bar]:
    words, bounces, readers = report.words, report.bounces, report.readers
    lines = [Bar(label="accepted", count=report.accepted, color="cyan")]
    by_class = {str(bounce or "not told"): number for bounce, number in bounces.items()}
    bounced = [
        Bar(label="bounced", count=words.get(Word.BOUNCED, 0), color="red", depth=1),
        *(Bar(label=name, count=by_class[name], color="red", depth=2) for name in sorted(by_class)),
    ]
    asked_to_stop = [
        Bar(label=str(kind), count=readers.get(kind, 0), color=color)
        for kind, color in ((EventKind.COMPLAINED, "red"), (EventKind.UNSUBSCRIBED, "yellow"))
    ]
    replied = [
        Bar(label="replied", count=number, color="green") for number in [report.replies.readers] if number
    ]
    if not report.tells:  # what came by mail is all there is
        return [*lines, *(one for one in (*bounced, *asked_to_stop) if one.count), *replied]
    lines += [
        Bar(label="delivered", count=words.get(Word.DELIVERED, 0), color="green", depth=1),
        *bounced,
        Bar(label="dropped", count=words.get(Word.DROPPED, 0), color="red", depth=1),
        Bar(label="on its way", count=report.early, color="cyan", depth=1),
        Bar(label="no word", count=report.silent, color="yellow", depth=1),
        *asked_to_stop,
    ]
    lines += [
        Bar(label=str(kind), count=readers[kind])
        for kind in (EventKind.OPENED, EventKind.CLICKED)
        if readers.get(kind)
    ]
    return [*lines, *replied]


def _advise(report: Report) -> None:
    campaign = report.campaign
    if not report.tells:
        say(
            f"\nThe provider {campaign.provider} tells nothing after it took mail; bounces that come by mail"
            " are counted.\nWhoever knows more can say so: newsletter events import FILE"
        )
    if report.silent:
        say(
            f"\n{many(report.silent, 'reader')} accepted a day ago or longer, and no word since."
            f"\nSee who: newsletter report {campaign.id} --silent"
            "\nIf reports did not come in: newsletter events import FILE"
        )
    if report.is_blocked:
        say("\nMail servers refuse you, not your readers: look at the reasons, and at your sender's domain.")


def _printable(text: str) -> str:
    """Replace what would move the cursor: a mail server anywhere may have written it."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _list(fates: Iterable[Fate], *, as_json: bool) -> None:
    if as_json:
        emit_json([_row(fate) for fate in fates])
        return
    for fate in fates:
        since = f"{fate.accepted_at.astimezone():%Y-%m-%d %H:%M}" if fate.accepted_at else ""
        click.echo(f"{since}  {fate.word if fate.kinds else 'nothing':<9}  {fate.email}")


def _write_csv(fates: Iterable[Fate]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS)
    writer.writeheader()
    for fate in fates:
        row = _row(fate)
        events = row["events"]
        writer.writerow({**row, "events": " ".join(events) if isinstance(events, list) else ""})


def _row(fate: Fate) -> dict[str, object]:
    return {
        "email": fate.email,
        "delivery": fate.delivery_id,
        "state": str(fate.state),
        "word": str(fate.word),
        "bounce": str(fate.bounce) if fate.bounce else None,
        "status": fate.status,
        "reason": fate.reason,
        "accepted_at": fate.accepted_at.isoformat() if fate.accepted_at else None,
        "events": sorted(map(str, fate.kinds)),
        "language": fate.lang or None,
    }


def _as_dict(report: Report) -> dict[str, object]:
    return {
        "campaign": report.campaign.id,
        "issue": report.campaign.issue,
        "segment": report.campaign.segment,
        "provider": report.campaign.provider,
        "state": report.campaign.state,
        "states": dict(report.states),
        "words": dict(report.words),
        "bounces": {str(bounce or "not told"): number for bounce, number in report.bounces.items()},
        "readers": dict(report.readers),
        "silent": report.silent,
        "early": report.early,
        "tells": report.tells,
        "replies": figures_as_dict(report.replies),
        "reasons": [
            {"status": status, "reason": reason, "count": number}
            for (status, reason), number in report.reasons
        ],
    }
