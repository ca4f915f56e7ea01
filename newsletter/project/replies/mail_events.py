"""Bounces and complaints that come by mail go where those of providers go."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from newsletter.domain.inbound_mail import MailFacts
from newsletter.events.from_mail import BY_MAIL, TELLING, mail_events

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["take_mail_events"]


def take_mail_events(project: Project, raw: bytes, facts: MailFacts) -> None:
    """Keep and apply what a mail tells of a letter, once however often it is read. Raises StoreError.

    What a mail told by older rules is mended; when it tells nothing any more, what it did stands until
    somebody decides otherwise.
    """
    if facts.kind not in TELLING or facts.delivery_id is None:
        return
    key = project.store.events.email_key_of(facts.delivery_id)
    told = mail_events(facts, sha256(raw).hexdigest(), project.clock.now(), key)
    if told:
        project.events.apply([(BY_MAIL, told)], is_reread=True)
