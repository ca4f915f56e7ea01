"""`newsletter replies quote`: ask a reader whether their words may stand in a letter, and keep the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newsletter.cli._console import emit_json, json_option, open_project, say, table
from newsletter.cli._replies import MAIL_NUMBER, harmless
from newsletter.errors import DeliveryIncomplete, DeliveryRefused, Problem, UsageError

if TYPE_CHECKING:
    from newsletter.domain.quote import QuotedReply
    from newsletter.project.replies.quoting import Asked, Quoting

__all__ = ["command"]


@click.command("quote")
@click.argument("number", type=MAIL_NUMBER, required=False, metavar="[MAIL]")
@click.option("--anonymous", is_flag=True, help="Without the reader's name.")
@click.option("--text", help="The words to quote, from the reply; … leaves something out.")
@click.option("--name", help="How the reader is to be called below the words.")
@click.option("--granted", is_flag=True, help="The reader said yes another way; with --anonymous: unnamed.")
@click.option("--refused", is_flag=True, help="The reader said no, or took a yes back.")
@click.option("--drop", is_flag=True, help="Take the quote back, with the consent for it.")
@click.option("--dry-run", is_flag=True, help="Show the mail that asks and send nothing.")
@json_option
def command(number: int | None, as_json: bool, **options: Any) -> int:
    """Ask the writer of mail MAIL whether their words may be quoted; without MAIL, list all quotes.

    The reader gets a mail with the words. A clear yes or no in answer to it is taken by itself when it comes
    in; anything else waits for you, and --granted or --refused writes down what was meant. Once granted,
    ::: reader MAIL in a letter takes the words.
    """
    chosen = [name for name in ("granted", "refused", "drop", "dry_run") if options[name]]
    if len(chosen) > 1:
        raise UsageError(
            Problem(
                what="--granted, --refused, --drop and --dry-run exclude each other",
                fix="give one of them: newsletter replies quote --help",
            )
        )
    if number is None and (chosen or options["anonymous"] or options["text"] or options["name"]):
        raise UsageError(
            Problem(what="it is not said whom to quote", fix="give a mail's number: newsletter replies list")
        )
    with open_project() as project:
        quoting = project.quoting
        if number is None:
            _list(quoting, as_json)
            return 0
        if options["drop"]:
            _tell(quoting.drop(number), as_json, dropped=True)
            return 0
        known = quoting.of(number)
        if known is not None and (options["granted"] or options["refused"]) and options["text"] is None:
            _tell(quoting.decide(known, _event(options), options["name"]), as_json)
            return 0
        quote, question = quoting.prepare(
            number, options["text"], options["name"], is_anonymous=options["anonymous"]
        )
        if options["granted"] or options["refused"]:
            _tell(quoting.decide(quote, _event(options), options["name"]), as_json)
            return 0
        if options["dry_run"]:
            _show(quote, question, as_json)
            return 0
        asked = quoting.ask(quote, question)
        _tell(asked.quote, as_json)
        return _judge(asked, number)


def _event(options: dict[str, Any]) -> Any:
    from newsletter.domain.quote import QuoteEvent

    if options["refused"]:
        return QuoteEvent.NOTE_REFUSED
    return QuoteEvent.NOTE_ANONYMOUS if options["anonymous"] else QuoteEvent.NOTE_NAMED


def _list(quoting: Quoting, as_json: bool) -> None:
    quotes = quoting.all()
    if as_json:
        emit_json([_as_dict(one) for one in quotes])
        return
    if not quotes:
        say("Nothing is quoted yet: newsletter replies quote MAIL")
        return
    rows = [("mail", "consent", "name", "words")]
    for one in quotes:
        words = " ".join(harmless(one.excerpt).split())
        short = words if len(words) <= 60 else f"{words[:59]}…"
        rows.append((one.name, str(one.consent), harmless(one.shown_name), short))
    click.echo(table(rows))


def _as_dict(quote: QuotedReply) -> dict[str, Any]:
    return {
        "mail": quote.inbound_id,
        "reader": quote.name,
        "consent": str(quote.consent),
        "anonymous": quote.wants_anonymous,
        "name": quote.shown_name,
        "words": quote.excerpt,
        "asked_at": quote.asked_at,
        "answered_at": quote.answered_at,
        "answered_by": quote.answered_by,
        "answered_in": quote.answer_inbound_id,
    }


def _show(quote: QuotedReply, question: str, as_json: bool) -> None:
    if as_json:
        emit_json({**_as_dict(quote), "question": question})
        return
    click.echo(harmless(question), nl=False)


def _tell(quote: QuotedReply, as_json: bool, *, dropped: bool = False) -> None:
    if as_json:
        emit_json({**_as_dict(quote), "dropped": dropped})
        return
    if dropped:
        click.echo(f"quote {quote.name}: taken back; no letter with ::: reader {quote.name} is built")
        return
    click.echo(f"quote {quote.name}: {quote.consent}")
    if quote.consent.is_granted:
        say(f"In a letter: ::: reader {quote.name}")


def _judge(asked: Asked, number: int) -> int:
    """Say what to type next, and return how the command ends."""
    again = f"newsletter replies quote {number}"
    if asked.sent is None:
        if str(asked.quote.consent) == "asked":
            say(f"The reader was asked already. If the answer came otherwise: {again} --granted or --refused")
        return 0
    if asked.sent.halted is not None:
        say(f"The provider refused the question: {harmless(asked.sent.halted)}. Then type again: {again}")
        return DeliveryRefused.exit_code
    state = str(asked.sent.answer.state)
    if state == "accepted":
        return 0
    if state == "unknown":
        say("Nobody knows whether the question left, so it is not sent again. To ask anew, take it back:")
        say(f"{again} --drop")
    else:
        detail = harmless(asked.sent.answer.detail or "")
        say(f"The question did not leave ({state}{': ' if detail else ''}{detail}): {again}")
    return DeliveryIncomplete.exit_code
