"""What a campaign is bound to: the letter, what it was made of, and who it is from; checked on resume."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from newsletter.config.schema import Config
from newsletter.delivery.mailing import reply_address, sender_of
from newsletter.domain.campaign import Campaign, Digests
from newsletter.domain.issue import Issue
from newsletter.domain.picture import PICTURE_INPUT
from newsletter.domain.variant import Variants
from newsletter.errors import DeliveryRefused, Problem
from newsletter.source import Place

__all__ = ["campaign_digests", "verify_unchanged"]


def campaign_digests(
    issue: Issue, variants: Variants, config: Config, audience: str, siblings: Sequence[Issue] = ()
) -> Digests:
    """Return the digests of a campaign; `audience` is the frozen audience's own.

    `siblings` are the files that go out of an issue in several languages; then `issue` is one of them.

    `content` is every letter, its pictures to the byte, and the conditions that choose between them.
    `template` is everything that went in beside the issue's file, its pictures and the configuration.
    `config` is the configuration with the sender and reply address the issue may override.
    Raises ConfigError when there is no sender.
    """
    template, own = sha256(), {config.digest, *(one.digest for one in siblings or (issue,))}
    inputs = {name: digest for one in variants.letters.values() for name, digest in one.inputs.items()}
    for name, digest in sorted(inputs.items()):
        if digest not in own and not name.startswith(PICTURE_INPUT):
            template.update(f"{name}\0{digest}\n".encode())
    people = config.digest
    for one in siblings or (issue,):
        people += f"\0{sender_of(one, config)}\0{reply_address(one, config)}"
    return Digests(
        content=variants.digest,
        template=template.hexdigest(),
        config=sha256(people.encode()).hexdigest(),
        audience=audience,
    )


def verify_unchanged(campaign: Campaign, now: Digests) -> None:
    """See that what would be sent now is what the campaign was planned with; its audience is frozen anyway.

    Raises DeliveryRefused naming what changed and how to go on.
    """
    planned = campaign.digests
    problems = []
    if planned.template != now.template:
        problems.append(_changed("the template, or a file it uses,", campaign, Place(path="templates")))
    elif planned.content != now.content and planned.config == now.config:
        problems.append(_changed("the issue, or a picture in it,", campaign, Place(path=campaign.issue_path)))
    elif planned.content != now.content:
        problems.append(_changed("the letter", campaign, Place(path=campaign.issue_path)))
    if planned.config != now.config:
        problems.append(_changed("the configuration, sender or reply address", campaign, None))
    DeliveryRefused.raise_if(problems)


def _changed(what: str, campaign: Campaign, place: Place | None) -> Problem:
    return Problem(
        what=f"{what} changed since this campaign was planned",
        place=place,
        why="some readers have the letter as it was; a campaign sends the same to everybody",
        fix=f"undo the change and run: newsletter resume {campaign.id}"
        f" — or leave the rest out for good: newsletter cancel {campaign.id}",
    )
