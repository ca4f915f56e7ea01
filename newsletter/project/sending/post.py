"""Mails to one person, such as the one that asks to confirm: made, handed over, and settled."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.delivery import plan as planning
from newsletter.delivery.mailing import reply_address, sender_of
from newsletter.delivery.tolls import Tolls
from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import BatchState
from newsletter.domain.issue import Issue
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.message_id import sign_message_ids
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.person_token import PersonClaim, sign_person_token
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.service_mail import RIGHTS_PURPOSE, ServiceKind, ServiceMail
from newsletter.domain.signing_keys import NEVER
from newsletter.domain.slot import SERVICE_LINKS, SlottedText
from newsletter.errors import AnotherRunner, ConfigError, ContentError, Problem
from newsletter.project.people.consent import CONFIRM_PURPOSE
from newsletter.project.people.wordings import read_wording, wording_path
from newsletter.project.sending.single_mail import hand_over, look_for
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.protocols import Provider

__all__ = ["Post", "PostReport"]

_MOST = 200
_CAMPAIGN = "service"
_LINKS = {
    ServiceKind.CONFIRM: ("confirm", CONFIRM_PURPOSE),
    ServiceKind.RIGHTS: ("my-data", RIGHTS_PURPOSE),
}
"""Where the link of each kind of mail leads, and what its token is for."""

_KNOWN_SLOTS = (*SERVICE_LINKS, "newsletter_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReport:
    """What a round came to, in mails; `waits_until` is set when a rate held the rest back.

    `halted` is the provider's word when it refused key, account or sender. `is_elsewhere` says that another
    process is at it, and nothing was done here.
    """

    accepted: int = 0
    rejected: int = 0
    unknown: int = 0
    later: int = 0
    proven: int = 0
    halted: str | None = None
    waits_until: datetime | None = None
    is_elsewhere: bool = False


@dataclass(slots=True)
class _Round:
    """One round under way: letters rendered once per language, and what became of each mail."""

    provider: Provider
    tolls: Tolls
    letters: dict[tuple[ServiceKind, str], tuple[Issue, RenderedIssue]] = field(default_factory=dict)
    states: Counter[BatchState] = field(default_factory=Counter)
    halted: str | None = None
    waits_until: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.halted is not None or self.waits_until is not None


class Post:
    """What can be done with mails to one person."""

    def __init__(self, project: Project) -> None:
        """Send from `project`, through the configured provider."""
        self._project = project
        self._config = project.config

    def deliver(self, most: int = _MOST) -> PostReport:
        """Send what waits, `most` at once; call it again and again, from as many processes as you like.

        Each mail is on disk as under way before its last byte leaves, and what nobody answered stays
        unknown: it is not sent again without evidence. Raises ConfigError (no provider, sender or
        `base_url`), ContentError (the text of a mail is wrong), StoreError.
        """
        if not self._project.has_store:
            return PostReport()
        queue = self._project.store.service_mails
        if not queue.is_busy():
            return PostReport()
        try:
            with queue.runner():
                return self._deliver(most)
        except AnotherRunner:
            return PostReport(is_elsewhere=True)

    def _deliver(self, most: int) -> PostReport:
        queue, clock = self._project.store.service_mails, self._project.clock
        queue.lose_orphans(clock.now())
        queue.drop_expired(clock.now())
        proven = queue.prove_by_events(clock.now())
        provider = self._project.sending.provider()
        sender = self._config.sender.from_
        rates = planning.configured_rates(self._config)
        tolls = Tolls(
            rates, self._project.store.ledger, provider=provider.name, sender=str(sender) if sender else ""
        )
        this = _Round(provider=provider, tolls=tolls)
        for mail in queue.unknown(most):
            proven += self._ask(mail, this)
        for mail in queue.waiting(clock.now(), most):
            if this.is_over:
                break
            self._send(mail, this)
        return PostReport(
            accepted=this.states[BatchState.ACCEPTED],
            rejected=this.states[BatchState.REJECTED],
            unknown=this.states[BatchState.UNKNOWN],
            later=this.states[BatchState.PENDING],
            proven=proven,
            halted=this.halted,
            waits_until=this.waits_until,
        )

    def _send(self, mail: ServiceMail, this: _Round) -> None:
        queue, clock = self._project.store.service_mails, self._project.clock
        key = f"{_CAMPAIGN}.{mail.id}.{mail.attempt + 1}.{secrets.token_hex(4)}"
        tried = replace(mail, attempt=mail.attempt + 1, attempt_key=key)

        def intend(digest: str) -> bool | datetime:
            wording = read_wording(self._config, mail.kind.value, mail.lang)
            return queue.intend(replace(tried, body_digest=digest), wording, clock.now(), this.tolls.of(""))

        outcome = hand_over(this.provider, self._mailing(mail, this), self._recipient(mail), key, intend)
        if isinstance(outcome, datetime):
            this.waits_until = outcome
            return
        if outcome is None:
            return
        if outcome.kind is OutcomeKind.HALT:
            this.halted = outcome.detail
        state = queue.settle(tried, outcome, clock.now())
        this.states[state] += 1

    def _ask(self, mail: ServiceMail, this: _Round) -> bool:
        """Ask the provider what became of a mail nobody answered; say whether it could tell."""
        if mail.attempt_key is None or mail.body_digest is None or mail.started_at is None:
            return False
        attempt = Attempt(
            batch_id=mail.id,
            number=mail.attempt,
            key=mail.attempt_key,
            body_digest=mail.body_digest,
            started_at=mail.started_at,
        )
        outcome = look_for(this.provider, self._mailing(mail, this), self._recipient(mail), attempt)
        self._project.store.service_mails.prove(mail, outcome, self._project.clock.now())
        return outcome.kind in (OutcomeKind.ACCEPTED, OutcomeKind.NOT_SENT)

    def _mailing(self, mail: ServiceMail, this: _Round) -> Mailing:
        letter = this.letters.get((mail.kind, mail.lang))
        if letter is None:
            letter = this.letters[mail.kind, mail.lang] = self._letter(mail)
        issue, rendered = letter
        sender = sender_of(issue, self._config)
        return Mailing(
            campaign_id=_CAMPAIGN,
            rendered=rendered,
            sender=sender,
            reply_to=reply_address(issue, self._config),
            date=mail.created_at,
            message_domain=self._config.sender.domain or sender.email.rpartition("@")[2],
            # RFC 3834 5.1: no person wrote it. MS-OXCMAIL 2.2.3.2.14: no absence notes in answer.
            headers={
                "Auto-Submitted": SlottedText.fixed("auto-generated"),
                "X-Auto-Response-Suppress": SlottedText.fixed("OOF, AutoReply"),
            },
        )

    def _letter(self, mail: ServiceMail) -> tuple[Issue, RenderedIssue]:
        """Return the text of a mail, rendered as a letter is. Raises ContentError."""
        from newsletter.content.loader import load_issue
        from newsletter.render.pipeline import render_issue

        path, lang = wording_path(self._config, mail.kind.value, mail.lang)
        issue = load_issue(path, self._config)
        rendered = render_issue(replace(issue, lang=lang), self._config, is_service=True)
        strange = [slot for slot in rendered.slots if slot.name not in _KNOWN_SLOTS]
        ContentError.raise_if(
            [
                Problem(
                    what=f"{{{{ {slot.name} }}}} has no value in a mail to one person",
                    place=slot.place or Place(path=issue.shown_path),
                    why=f"known are: {', '.join(_KNOWN_SLOTS)}",
                    fix="take it out; in a template write: {% if not is_service %} … {% endif %}",
                )
                for slot in strange
            ]
        )
        return issue, rendered

    def _recipient(self, mail: ServiceMail) -> Recipient:
        return Recipient(
            position=0,
            delivery_id=mail.delivery_id,
            email=mail.email,
            values={
                "newsletter_name": self._config.newsletter.name,
                "confirm_url": self._url(mail, *_LINKS[mail.kind], mail.expires),
                "never_url": self._url(mail, "never", NEVER, None),
            },
            message_id=sign_message_ids(self._project.store.signing_keys.read().current, [mail.delivery_id])[
                0
            ],
        )

    def _url(self, mail: ServiceMail, path: str, purpose: str, expires: datetime | None) -> str:
        base_url = self._config.site.base_url or self._config.newsletter.base_url
        if not base_url:
            raise ConfigError(
                Problem(
                    what="a mail that asks to confirm needs a link, and the site has no address",
                    place=Place(path=self._config.shown_path),
                    fix='add under [newsletter]: base_url = "https://letter.your.domain"',
                )
            )
        # Whoever is not on the list is found by the nonce.
        claim = PersonClaim(subscriber_id=mail.subscriber_id or 0, nonce=mail.nonce, expires=expires)
        token = sign_person_token(self._project.store.signing_keys.read().current, purpose, claim)
        return f"{base_url.rstrip('/')}/{path}/{token}"
