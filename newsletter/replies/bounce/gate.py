"""Whether a mail system wrote a mail: the gate before anything in it is read as a bounce."""

from __future__ import annotations

import re

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.automatic import is_generated
from newsletter.replies.bounce.phrases import ADDRESS_LINE, FAILURE_LINE, FAILURE_SUBJECT
from newsletter.replies.bounce.speaker import (
    is_likely_a_person,
    is_plainly_a_person,
    is_told_by_machine,
    shows_only_a_person,
)
from newsletter.replies.subjects import is_answer

__all__ = ["is_certain", "is_daemon", "is_from_mail_system", "may_be_a_person", "report_type"]

_DAEMON = re.compile(
    r"mail[-_. ]?delivery[-_. ]?(?:sub)?system|^\W{0,3}postmast(?:er)?\b|mail[-_.]?administrator"
    r"|^microsoftexchange[0-9a-f]{0,40}@|^(?:mailsystem|mailerd|mdaemon|bounced?|mail-?deliver\w{0,5})@"
    r"|^\W{0,3}(?:system ?administrator|systeembeheerder)|e?mail delivery|système de messagerie"
    r"|mail system",
    re.IGNORECASE,
)
_AUTOMATED = re.compile(
    r"\bautomat(?:ed|ic|isch\w{0,2}|ique) (?:\w{1,20} )?(?:response|reply|antwo\w{1,3}|message|bericht)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(  # qmail begins so, and those that took its words over
    r"\W{0,9}hi\. this is the [^\n]{1,120}\n\W{0,9}i'm afraid i wasn't able to deliver your message",
    re.IGNORECASE,
)
_ADDRESS_ALONE = re.compile(r"\W{0,5}[^\s@<>]{1,64}@[^\s@<>]{1,255}\W{0,5}")
_CERTAIN = re.compile(r"mailer[-_.]?daemon(?![-_.]?[a-z]{3})", re.IGNORECASE)  # and not who looks after it
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([a-z-]{1,40})", re.IGNORECASE)


def is_from_mail_system(mail: ReadMail) -> bool:
    """Tell whether `mail` is a report of delivery, or comes from who only sends such.

    A person may be postmaster, and some servers let people send with an empty return path (RFC 5321 4.5.5):
    for these the subject has to be that of a bounce as well.
    """
    if report_type(mail) == "delivery-status" or mail.header("x-failed-recipients"):
        return True
    if any(part.content_type == "message/delivery-status" for part in mail.parts) and is_daemon(mail):
        return True
    is_null = mail.return_path == "" or bool(_CERTAIN.search((mail.return_path or "")[:200]))
    if is_daemon(mail) and (is_certain(mail) or (is_null and not is_likely_a_person(mail))):
        return True
    if _PROGRAM.match(mail.text[:500]) or is_told_by_machine(mail):
        return True
    if not FAILURE_SUBJECT.search(mail.subject[:300]):
        return False
    if _begins_as_notice(mail):
        return not shows_only_a_person(mail)
    return (is_null or is_daemon(mail)) and (is_certain(mail) or not is_likely_a_person(mail))


def may_be_a_person(mail: ReadMail) -> bool:
    """Tell whether a mail from a mail system may as well be from somebody who is postmaster by job or name.

    Then the subject proves nothing: people ask whether something arrived.
    """
    if report_type(mail) or mail.header("x-failed-recipients") or mail.return_path == "":
        return False
    if _PROGRAM.match(mail.text[:500]) or is_told_by_machine(mail):
        return False
    if mail.from_ is not None and _AUTOMATED.search(mail.from_.name[:200]):
        return False
    return not is_certain(mail) and not _CERTAIN.search((mail.return_path or "")[:200])


def is_daemon(mail: ReadMail) -> bool:
    """Tell whether the sender calls itself a mail system, or at least its postmaster."""
    if mail.from_ is None:
        return mail.return_path == ""
    return is_certain(mail) or any(
        _DAEMON.search(text[:200]) for text in (_local_part(mail.from_.address), mail.from_.name)
    )


def _local_part(address: str) -> str:
    """Return an address without its domain, which may be named after anything."""
    return address[: address.rfind("@") + 1]


def is_certain(mail: ReadMail) -> bool:
    """Tell whether the sender is named as mail systems are, and the mail does not read as a person's."""
    if mail.from_ is None or not _CERTAIN.search(f"{mail.from_.name} {mail.from_.address}"[:400]):
        return False
    return not is_plainly_a_person(mail)


def _begins_as_notice(mail: ReadMail) -> bool:
    """Tell whether a mail that answers and forwards nothing begins with the words of a bounce."""
    lines = [line for line in mail.text[:3000].split("\n") if line.strip(" *-=_#")][:8]
    if mail.in_reply_to:
        return False
    if is_answer(mail.subject):  # some servers answer so too, and then say nothing but whom they failed
        return bool(lines[1:] and FAILURE_LINE.match(lines[0]) and _ADDRESS_ALONE.fullmatch(lines[1].strip()))
    return any(
        FAILURE_LINE.match(line) or (is_generated(mail) and ADDRESS_LINE.match(line)) for line in lines
    )


def report_type(mail: ReadMail) -> str:
    """Return the kind of a `multipart/report` (RFC 6522) by its parameter, else by its parts; else ""."""
    if mail.content_type != "multipart/report":
        return ""
    named = _REPORT_TYPE.search((mail.header("content-type") or "")[:2000])
    kinds = {part.content_type for part in mail.parts if part.depth == 1}
    for kind in ("feedback-report", "disposition-notification", "delivery-status"):
        if f"message/{kind}" in kinds:
            return kind
    if "message/global-delivery-status" in kinds:
        return "delivery-status"
    return named[1].lower() if named else ""
