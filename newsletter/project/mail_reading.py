"""What a raw mail comes to: one stage after the other, each a pure function of the mail and the letters."""

from __future__ import annotations

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound_mail import AttachmentName, MailFacts
from newsletter.replies.mime import ReadMail, read_mail

__all__ = ["read_raw"]


def read_raw(raw: bytes) -> MailFacts:
    """Return what is known of `raw`."""
    mail = read_mail(raw)
    return _envelope(mail)


def _envelope(mail: ReadMail) -> MailFacts:
    """Return what a mail says of itself."""
    sender = mail.from_
    return MailFacts(
        message_id=mail.message_id,
        in_reply_to=next(iter(mail.in_reply_to), None),
        thread_topic=mail.header("thread-topic"),
        from_name=sender.name if sender else None,
        from_address=sender.address if sender else None,
        from_key=_key(sender.address) if sender else None,
        subject=mail.subject,
        sent_at=mail.date,
        attachments=tuple(
            AttachmentName(file_name=one.file_name, content_type=one.content_type, size_bytes=one.size_bytes)
            for one in mail.attachments
        ),
        reply_text=mail.text,
    )


def _key(address: str) -> str | None:
    try:
        return address_key(address)
    except AddressError:
        return None
