"""A newsletter with a letter that went out, and its site, asked in process the way a server asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette

from newsletter.domain.campaign import Digests, Member, NewCampaign
from newsletter.domain.links import ReaderLinks
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.project import FixedClock, Project
from newsletter.site import make_app
from newsletter.testing.temporary_store import fresh_store

__all__ = ["BASE", "NOW", "Site", "make_site"]

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
BASE = "https://brief.example"
SLUG = "herfst"
CONFIG = """
[newsletter]
name = "Helder bestuur"
lang = "nl"
base_url = "{base}"

[store]
url = "sqlite:///newsletter.db"
"""
_DIGESTS = Digests(content="c" * 64, template="t" * 64, config="f" * 64, audience="a" * 64)


@dataclass(slots=True)
class Site:
    """A project whose readers got the letter "herfst", and its site."""

    project: Project
    base: str = BASE
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.app = make_app(self.project)

    @property
    def database(self) -> Path:
        return self.project.config.root / "newsletter.db"

    def delivery(self, email: str) -> str:
        rows = self.project.store.ledger.deliveries("c1")
        return next(row.delivery_id for row in rows if row.email == email)

    def links(self, email: str) -> Mapping[str, str]:
        """Return the links of the letter to `email`."""
        links = ReaderLinks(secret=self.project.store.secret, base_url=self.base, slug=SLUG)
        return links.of(self.delivery(email))

    def status(self, email: str) -> SubscriberStatus:
        found = self.project.store.subscribers.get(email)
        assert found is not None
        return found.status

    def ask(self, method: str, url: str, **options: object) -> httpx.Response:
        """Ask the site, whatever the host; a failure is an answer, as it is to the world."""
        return asyncio.run(_ask(self.app, method, url, options))

    def get(self, url: str, **options: object) -> httpx.Response:
        return self.ask("GET", url, **options)

    def post(self, url: str, **options: object) -> httpx.Response:
        return self.ask("POST", url, **options)


async def _ask(app: Starlette, method: str, url: str, options: dict[str, object]) -> httpx.Response:
    address = str(options.pop("visitor", "203.0.113.9"))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await client.request(method, url, **options)  # type: ignore[arg-type]  # httpx checks them


def make_site(root: Path, readers: Mapping[str, str | None], *, config: str = "", base: str = BASE) -> Site:
    """Make a site whose letter went to `readers`, addresses with the language of each."""
    (root / "newsletter.toml").write_text(CONFIG.format(base=base) + config)
    fresh_store(root).close()
    project = Project.open(root, environment={}, clock=FixedClock(NOW))
    subscribers = project.store.subscribers
    added = [
        subscribers.add(
            Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, lang=lang, joined=NOW)
        )
        for email, lang in readers.items()
    ]
    if added:
        project.store.ledger.plan(
            NewCampaign(
                id="c1",
                issue=SLUG,
                issue_path=f"issues/2026-11-24-{SLUG}.md",
                segment="iedereen",
                provider="outbox",
                sender="Renata <renata@brief.example>",
                digests=_DIGESTS,
                batch_size=3,
                created_at=NOW,
            ),
            [Member(subscriber_id=one.id, email=one.email, key=one.key, values={}) for one in added],
        )
    return Site(project, base)
