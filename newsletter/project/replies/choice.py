"""Which mails somebody asks for, from what they typed to what the store understands."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound import InboundKind
from newsletter.domain.inbound_mail import InboundFilter
from newsletter.domain.inbox import InboundState
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem, UsageError

__all__ = ["ReplyChoice", "chosen"]

_OF_PEOPLE = frozenset({str(InboundKind.HUMAN)})
_AT_HAND = frozenset(state for state in InboundState if state is not InboundState.ARCHIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyChoice:
    """What was asked for, as it was typed."""

    unread: bool = False
    parked: bool = False
    is_asking: bool = False
    is_all: bool = False
    issue: str | None = None
    reader: str | None = None
    tag: str | None = None
    kind: str | None = None
    limit: int | None = None

    @property
    def is_plain(self) -> bool:
        """Say whether automatic mails are left out without anybody having asked."""
        return not (self.is_all or self.parked or self.is_asking or self.kind)


def chosen(choice: ReplyChoice) -> InboundFilter:
    """Return what `choice` means.

    Without a kind it is mails of people, and those not known to be automatic. Raises UsageError with every
    fault.
    """
    problems: list[Problem] = []
    reader = _reader(choice.reader, problems)
    kinds = _kinds(choice, problems)
    UsageError.raise_if(problems)
    return InboundFilter(
        states=_states(choice),
        issue=choice.issue,
        reader=reader,
        tag=choice.tag,
        is_asking=choice.is_asking,
        kinds=kinds,
        limit=choice.limit,
    )


def _states(choice: ReplyChoice) -> frozenset[InboundState]:
    if choice.parked:
        return frozenset({InboundState.PARKED})
    if choice.unread:
        return frozenset({InboundState.NEW, InboundState.WAITING, InboundState.PARKED})
    return frozenset() if choice.is_all else _AT_HAND


def _kinds(choice: ReplyChoice, problems: list[Problem]) -> frozenset[str]:
    if choice.kind is None:
        return _OF_PEOPLE if choice.is_plain else frozenset()
    known = [str(kind) for kind in InboundKind]
    kind = choice.kind.replace("-", "_")
    if kind not in known:
        near = nearest(kind, known)
        fix = f'did you mean "{near}"?' if near else f"known are: {', '.join(known)}"
        problems.append(Problem(what=f'there is no kind "{choice.kind}" of mail', fix=fix))
    return frozenset({kind})


def _reader(text: str | None, problems: list[Problem]) -> str | None:
    if text is None:
        return None
    try:
        return address_key(text)
    except AddressError as error:
        problems.append(Problem(what=f'--reader: "{text}" is not an address', why=str(error)))
        return None
