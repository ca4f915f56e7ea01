"""A letter to the author and back: what of it survives the way through provider and mail servers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.trial import TRIAL_MARK, send_trial
from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailbox_address import MailPath
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import ConfigError, InboundError, Problem, UsageError
from newsletter.mailbox.files import incoming_from
from newsletter.project.replies.fetching import mailbox_of, open_mailbox
from newsletter.replies.mime import read_mail
from newsletter.replies.roundtrip import CameBack, Sign, came_back

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["RoundTrip", "Sent"]

_EVERY_S = 5.0
_ID_DIGITS = 32
_AGAIN = "newsletter doctor roundtrip --look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter that went out: its id, to whom, and its subject."""

    id: str
    to: str
    subject: str


class RoundTrip:
    """Sends one letter, and looks for it in the mailbox of `[replies]`. Takes nothing in, marks nothing."""

    def __init__(self, project: Project) -> None:
        """Send for `project`. Raises ConfigError when nothing can leave, or there is no mailbox."""
        self._project = project
        self._where = mailbox_of(project)

    def send(self, name: str | None, to: str | None, *, is_trial: bool = False) -> Sent:
        """Send the issue `name`, the last by its file when None, to `to`, the sender's own when None.

        A trial says what would be sent. Raises ConfigError when the provider mails nobody or cannot carry it,
        UsageError for an address that is none or without any issue, InboundError when it is not taken.
        """
        self._require_mail()
        project = self._project
        email = self._address(to)
        letters = project.issues.sibling_letters(self._issue(name))
        lang = next(iter(letters.langs))
        own = letters.letters[lang]
        rendered = own.render_known(own.key_of(email))
        key = project.store.signing_keys.read().current
        issue = letters.issues[lang]
        links = ReaderLinks.make(key, project.config.newsletter.base_url, issue.slug, rendered.slots)
        sent = Sent(id=secrets.token_hex(_ID_DIGITS // 2), to=email, subject=f"{TRIAL_MARK}{issue.subject}")
        if is_trial:
            return sent
        mailing = project.issues.mailing(issue, rendered, "roundtrip", project.clock.now())
        provider = project.sending.provider()
        found = send_trial(provider, mailing, [email], {}, links=links, new_id=lambda: sent.id)[email]
        if found.kind is OutcomeKind.ACCEPTED:
            return sent
        why = found.detail or str(found.kind)
        raise InboundError(Problem(what=f"{provider.name} did not take the letter", why=why))

    def look(self, letter: str) -> CameBack | None:
        """Return what came back of the letter with that id: an answer before the letter itself.

        None when neither is there. Raises UsageError for what is no id, InboundError, StoreError.
        """
        if len(letter) != _ID_DIGITS or not set(letter) <= set("0123456789abcdef"):
            raise UsageError(
                Problem(
                    what=f'"{letter}" is no id of a letter', fix="copy it from: newsletter doctor roundtrip"
                )
            )
        keys = self._project.store.signing_keys.read()
        known = (keys.current, *(one.secret for one in keys.retired))
        found = [back for raw in self._mails() if (back := came_back(read_mail(raw), known, letter))]
        return next((one for one in found if one.is_answer), found[0] if found else None)

    def wait(self, letter: str, patience_s: float, tell: Callable[[str], None]) -> CameBack:
        """Look until the letter or an answer to it is there. Raises InboundError when it stays away."""
        left_s = patience_s
        while (found := self.look(letter)) is None:
            if left_s <= 0:
                raise InboundError(
                    Problem(
                        what=f"nothing of letter {letter} is in the mailbox {self._where}",
                        why=self._why_not(),
                        fix=f"{_AGAIN} {letter}",
                    )
                )
            tell(f"{left_s:.0f} s more")
            pause_s = min(_EVERY_S, left_s)
            self._project.clock.sleep(pause_s)
            left_s -= pause_s
        return found

    @property
    def expected(self) -> tuple[Sign, ...]:
        """Return the signs that letters have by the configuration."""
        smtp = self._project.config.provider.smtp
        is_named = self._project.config.provider.name == "smtp" and "{" in (smtp.bounce_address or "")
        return tuple(sign for sign in Sign if sign is not Sign.BOUNCE_ADDRESS or is_named)

    def _why_not(self) -> str:
        if isinstance(self._where, MailPath) and not self._path(self._where).exists():
            return "there is no such folder or file"
        return "it may take longer, or go to another mailbox: then answer it from there"

    def _path(self, where: MailPath) -> Path:
        return self._project.config.root / Path(where.path).expanduser()

    def _mails(self) -> Iterator[bytes]:
        if isinstance(self._where, MailPath):
            found = incoming_from([self._path(self._where)])
            yield from (one.raw for one in found if not isinstance(one, Problem))
            return
        since = (self._project.clock.now() - timedelta(days=1)).date()
        with open_mailbox(self._project, self._where) as mailbox:
            for one in mailbox.new_mails(mailbox.start(None), lambda _keys: frozenset(), since):
                if not isinstance(one, Problem):
                    yield one.raw

    def _require_mail(self) -> None:
        if self._project.config.provider.name == "outbox":
            raise ConfigError(
                Problem(
                    what="the provider is the outbox, which writes files and mails nobody",
                    fix='write in newsletter.toml, below [provider]: name = "smtp", or another;'
                    " then type: newsletter doctor roundtrip",
                )
            )

    def _address(self, text: str | None) -> str:
        sender = self._project.config.sender
        mailbox = sender.reply_to or sender.from_
        own = mailbox.email if mailbox else None
        if text is None and own is None:
            raise ConfigError(
                Problem(what="nobody sends: [sender] from is missing", fix="name one: --to EMAIL")
            )
        try:
            return normalise_address(text if text is not None else own or "")
        except AddressError as error:
            raise UsageError(Problem(what=f'"{text}" is not an address', why=str(error))) from error

    def _issue(self, name: str | None) -> Path:
        if name is not None:
            return self._project.issues.find(name)
        paths = self._project.issues.all()
        if not paths:
            raise UsageError(Problem(what="there is no issue to send", fix='newsletter new "A subject"'))
        return paths[-1]
