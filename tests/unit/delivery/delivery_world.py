"""A small newsletter to send in tests: a real SQLite ledger, a scripted provider, a clock that obeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select

from newsletter.delivery.engine import RunReport, run_campaign
from newsletter.delivery.outlet import Outlet, Pace, Progress, Shipments, Surroundings
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Campaign, Digests, Member, NewCampaign
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.protocols import Capabilities
from newsletter.store.opening import Store, open_store
from newsletter.store.schema.tables import operator_log, suppression
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.scripted_provider import PeerRecord, ScriptedProvider, Turn

CAMPAIGN = "c0ffee"
DIGESTS = Digests(content="c", template="t", config="f", audience="a")
_FILE = "ledger.db"
_STORE = f"sqlite:///{_FILE}"
_NAME = Hole(slot=Slot(name="first_name", fallback="lezer"), context=SlotContext.TEXT)
LETTER = RenderedIssue(
    slug="herfst",
    lang="nl",
    subject=SlottedText(("Dag ", _NAME)),
    preheader=SlottedText.fixed(""),
    html=SlottedText(("<p>Dag ", _NAME, "</p>")),
    text=SlottedText(("Dag ", _NAME)),
)


LETTERS = {
    key: replace(LETTER, text=SlottedText((f"Variant {key}, ", *LETTER.text.parts))) for key in ("0", "1")
}
"""What a varied world sends: every third reader gets the first."""


def reader(number: int, *, is_varied: bool = False) -> Member:
    """Return reader `number`."""
    email = f"r{number:03}@brief.example"
    return Member(
        subscriber_id=number,
        email=email,
        key=email,
        values={"first_name": f"Lezer {number}"},
        variant=("1" if number % 3 else "0") if is_varied else "",
    )


@cache
def _empty_database() -> bytes:
    """Return a database without anything in it: made once, as its migrations take a while."""
    with TemporaryDirectory() as root:
        open_store(_STORE, Path(root)).close()
        return (Path(root) / _FILE).read_bytes()


@dataclass(kw_only=True)
class World:
    """Everything of one test; `reopen` forgets all a process knows, as its death does."""

    root: Path
    concurrency: int = 1
    batch_size: int = 5
    is_conclusive: bool = False
    can_recall: bool = False
    is_varied: bool = False
    clock: FakeClock = field(default_factory=FakeClock)
    store: Store = field(init=False)
    provider: ScriptedProvider = field(init=False)
    seen: list[Progress] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open store and provider."""
        (self.root / _FILE).write_bytes(_empty_database())
        self.open()

    def open(self) -> None:
        """Start as a new process does."""
        self.store = open_store(_STORE, self.root)
        capabilities = Capabilities(
            batch_size=self.batch_size,
            concurrency=self.concurrency,
            is_conclusive=self.is_conclusive,
            can_recall=self.can_recall,
        )
        self.provider = ScriptedProvider(
            record=PeerRecord(self.root / "peer.jsonl"), capabilities=capabilities, clock=self.clock
        )

    def reopen(self) -> None:
        """Die and start again."""
        self.store.close()
        self.open()

    def plan(self, readers: int = 12, campaign_id: str = CAMPAIGN, **changes: object) -> Campaign:
        """Freeze `readers` readers in a campaign."""
        new = {
            "id": campaign_id,
            "issue": "herfst",
            "issue_path": "issues/herfst.md",
            "segment": "tag:all",
            "provider": "scripted",
            "sender": "An <an@brief.example>",
            "digests": DIGESTS,
            "batch_size": self.batch_size,
            "created_at": self.clock.now(),
            "variants": tuple(self.letters),
            **changes,
        }
        return self.store.ledger.plan(NewCampaign(**new), (self.reader(number) for number in range(readers)))

    @property
    def letters(self) -> Mapping[str, RenderedIssue]:
        """Return the letters of the campaign, by the key of the variant."""
        return LETTERS if self.is_varied else {"": LETTER}

    def reader(self, number: int) -> Member:
        """Return reader `number` with the variant that is theirs here."""
        return reader(number, is_varied=self.is_varied)

    @property
    def outlet(self) -> Outlet:
        """Return the way out."""
        an = Mailbox(name="An", email="an@brief.example")
        mailings = {
            key: Mailing(
                campaign_id=CAMPAIGN,
                rendered=letter,
                sender=an,
                reply_to=an,
                date=self.clock.now(),
                message_domain="brief.example",
            )
            for key, letter in self.letters.items()
        }
        return Outlet(
            ledger=self.store.ledger,
            provider=self.provider,
            shipments=Shipments(self.provider, mailings),
            links=ReaderLinks.make(self.store.secret, "https://brief.example", "herfst", LETTER.slots),
        )

    def run(
        self,
        *turns: Turn,
        pace: Pace | None = None,
        stop: Callable[[], bool] = lambda: False,
        campaign_id: str = CAMPAIGN,
        chance: float = 0.5,
    ) -> RunReport:
        """Run the campaign with `turns` as the script."""
        self.provider.turns[:] = turns
        around = Surroundings(clock=self.clock, random=lambda: chance, stop=stop, progress=self.seen.append)
        return run_campaign(campaign_id, self.outlet, pace or Pace(), around)

    def states(self, campaign_id: str = CAMPAIGN) -> dict[str, str]:
        """Return the state of every recipient by address."""
        return {row.email: str(row.state) for row in self.store.ledger.deliveries(campaign_id)}

    def counts(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        return {str(state): number for state, number in self.store.ledger.counts(CAMPAIGN).items() if number}

    def actions(self) -> list[str]:
        """Return what people did to campaigns, in order."""
        with self.store.database.reading() as connection:
            return list(connection.scalars(select(operator_log.c.action).order_by(operator_log.c.id)))

    def leave(self, number: int) -> None:
        """Let reader `number` leave."""
        row = {"email_key": reader(number).key, "reason": "unsubscribed", "since": self.clock.now()}
        with self.store.database.writing() as connection:
            connection.execute(insert(suppression).prefix_with("OR IGNORE").values(row))
