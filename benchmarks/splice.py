"""One mail of the sample letter, spliced. Floor: `email.message.EmailMessage` making the same mail."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import letter_mailing, letter_reader, make_newsletter
from benchmarks.timing import in_turn
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.render.message import MessageTemplate

__all__ = ["measure"]

_MAILS = 200
_ROUNDS = 7


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU time per mail."""
    mailing, links = letter_mailing(make_newsletter(work / "newsletter"))
    count = _MAILS // 10 if quick else _MAILS
    readers = [letter_reader(number, links) for number in range(count)]
    template = MessageTemplate(mailing)
    spent = in_turn(
        {
            "ours": lambda: [template.build(one) for one in readers],
            "floor": lambda: [_email_message(mailing, one) for one in readers],
        },
        1 if quick else _ROUNDS,
    )
    return [
        Figure(
            benchmark="splice",
            measure="one mail, CPU",
            unit="µs",
            ours=spent["ours"].cpu_s / count * 1e6,
            floor=spent["floor"].cpu_s / count * 1e6,
            floor_name="EmailMessage, quoted-printable",
        )
    ]


def _email_message(mailing: Mailing, reader: Recipient) -> bytes:
    rendered = mailing.rendered
    message = EmailMessage(policy=SMTP)
    message["From"] = str(mailing.sender)
    message["To"] = reader.email
    message["Reply-To"] = str(mailing.reply_to)
    message["Subject"] = rendered.subject.fill(reader.values)
    message["Date"] = format_datetime(mailing.date)
    message["Message-ID"] = f"<{reader.delivery_id}@{mailing.message_domain}>"
    for name, value in mailing.headers.items():
        message[name] = value.fill(reader.values)
    message.set_content(rendered.text.fill(reader.values), cte="quoted-printable")
    message.add_alternative(rendered.html.fill(reader.values), subtype="html", cte="quoted-printable")
    return message.as_bytes()
