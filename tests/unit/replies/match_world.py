"""People, letters and a store in which mails are matched; mails are data, `{…}` in them stands for a name.

`{mid:wilma:winter}` is the Message-ID of that letter, `{leave:…}` and `{choose:…}` its links, `{verp:…}` the
address its bounces go to, `{answer:…}` the Message-ID of the author's answer to it, `{forged:…}` and
`{bent:…}` what looks like ours and is not; `|quoted`, `|wrapped`, `|qp`, `|proofpoint` are ways
a link arrives.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import insert, select, update

from newsletter.domain.campaign import Member
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.links import ReaderLinks
from newsletter.domain.message_id import sign_message_ids
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.read_mail import MailAddress, Part, ReadMail
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.domain.token import delivery_id
from newsletter.replies.mime_headers import addresses, message_ids
from newsletter.store.inbound.match_desk import SqlMatchDesk
from newsletter.store.opening import Store
from newsletter.store.schema.inbound import inbound, reply_answer, spool
from newsletter.store.schema.tables import delivery
from newsletter.testing.ledger_samples import a_campaign, an_attempt
from newsletter.testing.temporary_store import temporary_store

__all__ = ["NOW", "READERS", "a_desk", "a_match_store", "delivery_of", "mails_of", "read_case"]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
READERS = {
    "wilma": ("Wilma@gemeente.example", 1),
    "sanne": ("sanne@waterschap.example", 2),
    "jan": ("jan.de.vries@provincie.example", 3),
    "kees": ("kees@zonnedael.example", 4),
}
LETTERS = {
    "zomer": (datetime(2026, 6, 1, 8, tzinfo=UTC), ("Nog één ding voor de zomer",)),
    "herfst": (datetime(2026, 10, 20, 8, tzinfo=UTC), ("Wil je als organisatie wel op social media?",)),
    "winter": (
        datetime(2026, 11, 17, 8, tzinfo=UTC),
        ("{{ first_name | lezer }}, wie beheert jullie groepen?", "Groepen op social media: wie past op?"),
    ),
}
_BASE = "https://brief.example"
_NAME = re.compile(r"\{([a-z]+):([a-z]+):([a-z]+)(?:\|([a-z]+))?\}")


@contextmanager
def a_match_store() -> Iterator[Store]:
    """Give a store with four readers who got three letters, and one answer of the author to each letter."""
    with temporary_store() as store:
        for email, _ in READERS.values():
            active = Subscriber(id=0, email=email, key=email.lower(), status=SubscriberStatus.ACTIVE)
            store.subscribers.add(active)
        for slug, (at, _) in LETTERS.items():
            _send(store, slug, at)
        _answer_all(store)
        yield store


def a_desk(store: Store) -> SqlMatchDesk:
    """Return the desk of `store`, which knows the subjects of the letters."""
    return SqlMatchDesk(
        store.database,
        store.signing_keys,
        lambda: NOW,
        lambda slug, _: LETTERS[slug][1] if slug in LETTERS else (),
    )


def _send(store: Store, slug: str, at: datetime) -> None:
    who = [
        Member(subscriber_id=number, email=email, key=email.lower(), values={})
        for email, number in READERS.values()
    ]
    store.ledger.plan(replace(a_campaign(f"c-{slug}", issue=slug, batch_size=2), created_at=at), who)
    store.ledger.change(f"c-{slug}", CampaignEvent.RUN)
    for batch in store.ledger.batches(f"c-{slug}"):
        attempt = replace(an_attempt(batch), started_at=at)
        store.ledger.intend(batch, attempt)
        outcome = Outcome(kind=OutcomeKind.ACCEPTED, provider_id=f"request-{slug}-{batch.seq}")
        store.ledger.settle(attempt, Submission(outcome=outcome), at + timedelta(seconds=1))
    with store.database.writing() as connection:  # as SES names each mail
        connection.execute(
            update(delivery)
            .where(delivery.c.id == delivery_of(store, "wilma", "winter"))
            .values(provider_id="0102018c-ses-000001")
        )


def _answer_all(store: Store) -> None:
    with store.database.writing() as connection:
        for name, (email, number) in READERS.items():
            for slug in LETTERS:
                sha = f"{name}-{slug}"
                connection.execute(insert(spool).values(sha256=sha, path=sha, size_bytes=1, first_seen=NOW))
                connection.execute(
                    insert(inbound).values(
                        sha256=sha, state="answered", received_at=NOW, issue=slug, subscriber_id=number
                    )
                )
                who = connection.scalar(select(inbound.c.id).where(inbound.c.sha256 == sha))
                connection.execute(
                    insert(reply_answer).values(
                        inbound_id=who,
                        key=sha,
                        state="accepted",
                        message_id=_answer_id(name, slug),
                        to_address=email,
                        subject="Re:",
                        body="Dank",
                        created_at=NOW,
                    )
                )


def _answer_id(name: str, slug: str) -> str:
    return f"answer-{name}-{slug}@brief.example"


def delivery_of(store: Store, name: str, slug: str) -> str:
    """Return the id of the delivery of a letter to a reader."""
    return delivery_id(store.secret, slug, READERS[name][0].lower())


def mails_of(path: Path) -> list[Mapping[str, object]]:
    """Return the mails of a file of this folder."""
    found: list[Mapping[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))["mail"]
    return found


def read_case(store: Store, case: Mapping[str, object], *, with_ids: bool = True) -> ReadMail:
    """Return the mail of a case; without Message-IDs as a program leaves it that drops them."""

    def text(key: str) -> str:
        return _NAME.sub(lambda found: _named(store, *found.groups()), str(case.get(key, "")))

    sent_by, to = addresses(text("from")), addresses(text("to") or "renata@brief.example")
    returned = text("returned") if with_ids else ""
    parts = (_part("text/rfc822-headers", returned),) if returned else ()
    attached = text("attached") if with_ids else ""
    if attached:
        parts = (*parts, _part("message/rfc822", attached))
    return ReadMail(
        from_=sent_by[0] if sent_by else None,
        to=tuple(MailAddress(name=one.name, address=one.address) for one in to),
        in_reply_to=message_ids(text("in_reply_to")) if with_ids else (),
        references=message_ids(text("references")) if with_ids else (),
        subject=text("subject"),
        text=text("text"),
        html=text("html"),
        date=NOW - timedelta(days=int(str(case.get("days_ago", 0)))),
        return_path=None if "return_path" not in case else str(case["return_path"]),
        headers=(("Thread-Topic", text("topic")),) if "topic" in case else (),
        parts=parts,
    )


def _part(content_type: str, text: str) -> Part:
    content = text.encode()
    return Part(
        content_type=content_type, file_name="", size_bytes=len(content), content=content, text="", depth=1
    )


def _named(store: Store, kind: str, name: str, slug: str, way: str | None) -> str:
    delivery = delivery_of(store, name, slug)
    links = ReaderLinks(secret=store.secret, base_url=_BASE, slug=slug).of(delivery)
    made = {
        "mid": f"{sign_message_ids(store.secret, [delivery])[0]}@brief.example",
        "forged": f"{sign_message_ids(b'x' * 32, [delivery])[0]}@brief.example",
        "bare": f"{delivery}@brief.example",
        "bent": _bent(links["unsubscribe_url"].rpartition("/")[2]),
        "leave": links["unsubscribe_url"],
        "choose": links["preferences_url"],
        "verp": f"bounces+{delivery}@brief.example",
        "answer": _answer_id(name, slug),
    }[kind]
    return _WAYS[way](made)


def _bent(token: str) -> str:
    return token[:-2] + ("b" if token[-2] == "a" else "a") + token[-1]


_WAYS = {
    None: str,
    "quoted": lambda link: quote(link, safe=""),
    "twice": lambda link: quote(quote(link, safe=""), safe=""),
    "wrapped": lambda link: f"{link[:60]}\n> {link[60:]}",
    "deep": lambda link: f"{link[:50]}\n> > {link[50:75]}\n> > {link[75:]}",
    "qp": lambda link: f"{link[:70]}=\n{link[70:]}",
    "proofpoint": lambda link: (
        quote(link.replace("_", "%5F").replace("-", "%2D"), safe="%").replace("%", "-").replace("-2F", "_")
    ),
}
