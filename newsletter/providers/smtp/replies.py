"""From SMTP replies to outcomes, stage by stage: one table."""

from __future__ import annotations

from enum import StrEnum

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.smtp.reply import Reply

__all__ = ["Stage", "read_refusal"]


class Stage(StrEnum):
    """Where in the dialogue a reply came."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "end of data"


# At these a refusal for good is about the reader or the mail; before them it is about us.
_PER_MAIL = (Stage.RCPT, Stage.DATA, Stage.END)
# RFC 4954 6: authentication is needed or wrong, at whatever stage the server says so.
_AUTH_CODES = (530, 534, 535, 538)
# RFC 3463 3.2: the sender's address, said at RCPT by servers that wait with their verdict.
_SENDER_STATUS = ("5.1.7", "5.1.8")


def read_refusal(stage: Stage, reply: Reply) -> Outcome:
    """Return what a reply other than the one hoped for says; none of these servers took the mail.

    421 and 4yz: not sent. 5yz is about the reader at RCPT, DATA and after the data, else about key,
    account or sender. 552 counts as 452 at RCPT (RFC 5321 4.5.3.1.10) and is about the mail's size at MAIL
    (RFC 1870 6.1). A 2yz or 3yz in the wrong place is no agreement either, since nothing was handed over.
    """
    detail = f"{stage}: {reply.text}"
    if reply.code < 500 or (stage is Stage.RCPT and reply.code == 552):
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=detail, status=reply.code)
    is_about_us = reply.code in _AUTH_CODES or reply.enhanced in _SENDER_STATUS
    is_per_mail = stage in _PER_MAIL or (stage is Stage.MAIL and reply.code == 552)
    kind = OutcomeKind.REJECTED if is_per_mail and not is_about_us else OutcomeKind.HALT
    return Outcome(kind=kind, detail=detail, status=reply.code)
