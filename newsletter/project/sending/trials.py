"""Tests of a letter: the same way out as a campaign, to any address, and not in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.recipients import frozen_values
from newsletter.delivery.trial import send_trial
from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.issue import Issue
from newsletter.domain.links import ReaderLinks
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.receipt import templates_digest
from newsletter.domain.rendered import RenderedIssue
from newsletter.errors import Problem, UsageError
from newsletter.project.issues.sibling_letters import SiblingLetters

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Trials"]


class Trials:
    """What can be mailed to see how it arrives."""

    def __init__(self, project: Project) -> None:
        """Mail letters of `project`."""
        self._project = project

    def send(
        self, path: Path, addresses: Sequence[str], lang: str | None = None
    ) -> list[tuple[str, Outcome]]:
        """Mail the issue to `addresses`, its subject marked; the same way out, but not in the ledger.

        A reader on the list gets their own letter, anybody else one with every fallback and every
        conditional block; with two subjects, one mail of each. Of an issue in several languages each gets
        them all, or the one called `lang`.
        Raises UsageError naming every address that is none, and for a language the issue is not in.
        """
        emails = _addresses(addresses)
        letters = self._project.issues.sibling_letters(path)
        provider = self._project.sending.provider()
        outcomes: dict[str, Outcome] = {}
        for email in emails:
            for issue, rendered in self._letters(letters, email, lang):
                mailing = self._project.issues.mailing(issue, rendered, "test", self._project.clock.now())
                found = send_trial(
                    provider,
                    mailing,
                    [email],
                    self._values(email, rendered),
                    links=self._links(issue, rendered),
                    new_id=lambda: secrets.token_hex(16),
                )
                if outcomes.get(email, found[email]).kind is OutcomeKind.ACCEPTED:  # what went wrong is told
                    outcomes |= found
        if any(outcome.kind is OutcomeKind.ACCEPTED for outcome in outcomes.values()):
            self._project.store.ledger.note_test(templates_digest(rendered.inputs))
        return list(outcomes.items())

    def _letters(
        self, letters: SiblingLetters, email: str, lang: str | None
    ) -> Iterator[tuple[Issue, RenderedIssue]]:
        for one in letters.langs if lang is None else (letters.lang_called(lang),):
            own = letters.letters[one]
            rendered = own.render_known(own.key_of(email))
            for subject in ("a", "b") if rendered.subject_b else ("a",):
                yield letters.issues[one], rendered.with_subject(subject)

    def _values(self, email: str, rendered: RenderedIssue) -> Mapping[str, str]:
        member = self._project.audience.member_or_none(email)
        if member is None:
            return {}
        return frozen_values(member, rendered.slots, self._project.config.fields, rendered.lang)

    def _links(self, issue: Issue, rendered: RenderedIssue) -> ReaderLinks:
        key = self._project.store.signing_keys.read().current
        return ReaderLinks.make(key, self._project.config.newsletter.base_url, issue.slug, rendered.slots)


def _addresses(texts: Sequence[str]) -> list[str]:
    emails, problems = [], []
    for text in texts:
        try:
            emails.append(normalise_address(text))
        except AddressError as error:
            problems.append(Problem(what=f'"{text}" is not an address: {error}'))
    UsageError.raise_if(problems)
    return list(dict.fromkeys(emails))
