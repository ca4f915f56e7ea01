"""Trial mails: the same letter, headers and provider, to any address, outside any campaign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome
from newsletter.domain.slot import SlottedText
from newsletter.protocols import Provider

__all__ = ["TRIAL_MARK", "send_trial"]

TRIAL_MARK = "[Test] "
"""What the subject of a trial mail starts with."""


def send_trial(
    provider: Provider,
    mailing: Mailing,
    addresses: Sequence[str],
    values: Mapping[str, str],
    *,
    links: ReaderLinks,
    new_id: Callable[[], str],
) -> dict[str, Outcome]:
    """Send `mailing` to `addresses` with the field `values` of one reader; return what became of each.

    Nothing is written to the ledger and nothing is tried twice. `new_id` makes 32 random hex digits; the
    links are signed for a delivery that nobody has, so they lead to no reader's page.
    Raises ConfigError when the provider cannot carry the mailing.
    """
    rendered = mailing.rendered
    marked = replace(rendered, subject=SlottedText((TRIAL_MARK, *rendered.subject.parts)))
    shipment = provider.prepare(replace(mailing, rendered=marked))
    outcomes: dict[str, Outcome] = {}
    wanted = list(dict.fromkeys(addresses))
    size = provider.capabilities.batch_size
    try:
        for start in range(0, len(wanted), size):
            recipients = [
                _recipient(position, email, new_id(), values, links)
                for position, email in enumerate(wanted[start : start + size])
            ]
            submission = shipment.submit(shipment.build(recipients, f"test.{new_id()}"))
            outcomes |= {one.email: submission.of(one.position) for one in recipients}
    finally:
        shipment.close()
    return outcomes


def _recipient(
    position: int, email: str, delivery: str, values: Mapping[str, str], links: ReaderLinks
) -> Recipient:
    return Recipient(
        position=position,
        delivery_id=delivery,
        email=email,
        values={**values, **links.of(delivery)},
        message_id=links.message_ids([delivery])[0],
    )
