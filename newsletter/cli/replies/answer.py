"""`newsletter replies answer`: write back to a reader, once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli._console import emit_json, is_interactive, json_option, open_project, say
from newsletter.cli._editor import written_in_editor
from newsletter.cli._replies import MAIL_NUMBER, answer_as_dict, harmless
from newsletter.errors import DeliveryIncomplete, DeliveryRefused, NewsletterError, Problem, UsageError

if TYPE_CHECKING:
    from newsletter.domain.answer import Answer, Draft
    from newsletter.project.replies.answering import Answering, Sent

__all__ = ["command"]

_OPEN = ("pending", "submitting", "unknown")


@click.command("answer")
@click.argument("number", type=MAIL_NUMBER, metavar="MAIL")
@click.option("--body", metavar="FILE", help="The text, from a file; - is standard input.")
@click.option("--dry-run", is_flag=True, help="Show the answer and send nothing.")
@click.option("--again", is_flag=True, help="Send a further answer to a mail that was answered.")
@click.option("--discard", is_flag=True, help="Drop the answer that waits to be sent.")
@click.option("--retry-unknown", is_flag=True, help="Send the unknown one again: it may arrive twice.")
@click.option("--assume-sent", is_flag=True, help="Take the unknown one for sent.")
@json_option
def command(number: int, as_json: bool, **options: Any) -> int:
    """Answer mail MAIL in your editor ($EDITOR), with what its writer said quoted below.

    An empty text sends nothing. The answer is kept before it leaves, and the same text is never sent twice:
    where nobody knows whether it left, this command says so, and asks the provider when it is typed again.
    """
    with open_project() as project:
        answering = project.answering
        draft = answering.draft(number)
        earlier = [one for one in answering.of(number) if str(one.state) in _OPEN]
        settled = _settled(answering, number, earlier, options)
        if settled is not None:
            _tell(settled, as_json)
            return 0
        body = _body(answering, draft, earlier, options)
        if options["dry_run"]:
            _show(answering, draft, body, as_json)
            return 0
        if body is None:
            sent = answering.send(earlier[-1].id)
        else:
            sent = answering.send(_kept(answering, draft, body, options).id)
        _tell(sent.answer, as_json)
        return _judge(sent, number)


def _kept(answering: Answering, draft: Draft, body: str, options: dict[str, Any]) -> Answer:
    """Write the answer down; what was typed in an editor stays in its file until that is done."""
    is_typed = options["body"] is None
    try:
        answer = answering.write(draft, body, again=options["again"])
    except NewsletterError:
        if is_typed:
            say(f"What you wrote is kept: {answering.unfinished.shown(draft.inbound_id)}")
        raise
    if is_typed:
        answering.unfinished.drop(draft.inbound_id)
    return answer


def _settled(
    answering: Answering, number: int, earlier: list[Answer], options: dict[str, Any]
) -> Answer | None:
    """Do what an option says about an earlier answer, and return it; None when none does."""
    wanted = [name for name in ("discard", "assume_sent", "retry_unknown") if options[name]]
    if not wanted:
        return None
    if len(wanted) > 1 or options["body"] is not None or options["dry_run"]:
        raise UsageError(
            Problem(
                what="--discard, --assume-sent and --retry-unknown go with no other option",
                fix=f"see what there is to settle: newsletter replies show {number}",
            )
        )
    if not earlier:
        raise UsageError(
            Problem(
                what=f"mail {number} has no answer that waits or is unknown",
                fix=f"write one: newsletter replies answer {number}",
            )
        )
    if options["discard"]:
        return answering.discard(earlier[-1].id)
    decided = answering.decide(earlier[-1].id, assume_sent=options["assume_sent"])
    return decided if options["assume_sent"] else None


def _body(answering: Answering, draft: Draft, earlier: list[Answer], options: dict[str, Any]) -> str | None:
    """Return what to send; None when an earlier answer is still to be sent or settled."""
    from newsletter.replies.answering import own_words

    if options["body"] is not None:
        written = own_words(_read(options["body"]), draft)
        if not written:
            raise UsageError(Problem(what="the text is empty: nothing was sent", fix="write something in it"))
        return f"{written}\n\n{draft.quoted}\n"
    if earlier and not options["again"]:
        return None
    if not is_interactive():
        raise UsageError(
            Problem(what="there is no text, and nobody to write it", fix="give it: --body FILE, or --body -")
        )
    answering.sender()  # said before somebody writes
    return f"{written_in_editor(answering.unfinished, draft)}\n"


def _read(name: str) -> str:
    """Return the text in the file `name`, or on standard input for `-`. Raises UsageError."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"{name} cannot be read",
                why=error.strerror or str(error),
                fix="give another: --body FILE",
            )
        ) from error
    except UnicodeDecodeError as error:
        shown = "standard input" if name == "-" else name
        raise UsageError(Problem(what=f"{shown} is not UTF-8", fix="save it as UTF-8")) from error


def _show(answering: Answering, draft: Draft, body: str | None, as_json: bool) -> None:
    sender = answering.sender()
    fields = {
        "From": str(sender),
        "To": draft.to_address,
        "Subject": draft.subject,
        **answering.headers(draft),
    }
    if as_json:
        emit_json({"mail": draft.inbound_id, "headers": fields, "body": body})
        return
    for name, value in fields.items():
        click.echo(f"{name}: {harmless(value)}")
    click.echo(f"\n{harmless(body or '(the answer that waits)')}", nl=False)


def _tell(answer: Answer, as_json: bool) -> None:
    if as_json:
        emit_json(answer_as_dict(answer))
        return
    detail = f" ({harmless(answer.detail)})" if answer.detail else ""
    click.echo(f"answer to {answer.to_address}: {answer.state}{detail}")


def _judge(sent: Sent, number: int) -> int:
    """Say what to type next, and return how the command ends."""
    again = f"newsletter replies answer {number}"
    if sent.halted is not None:
        say(f"The provider refused it: {harmless(sent.halted)}. It waits; then type: {again}")
        return DeliveryRefused.exit_code
    state = str(sent.answer.state)
    if state == "accepted":
        return 0
    if state == "unknown":
        say("Nobody knows whether it left, so it is not sent again by itself.")
        say(f"Ask the provider once more: {again}; or decide: --assume-sent, or --retry-unknown")
    elif state == "pending":
        when = f" until {sent.waits_until:%H:%M:%S} UTC" if sent.waits_until else ""
        say(f"It did not leave, and waits{when}: {again}")
    else:
        say(f"It was refused. Mend what is wrong, then: {again} --again")
    return DeliveryIncomplete.exit_code
