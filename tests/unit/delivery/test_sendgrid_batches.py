"""A thousand readers through SendGrid, one of whom, or one of whose requests, it does not want."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from delivery_world import World, reader

from newsletter.delivery.engine import Ending, run_campaign
from newsletter.delivery.outlet import Pace, Surroundings
from newsletter.domain.outcome import OutcomeKind
from newsletter.providers.sendgrid import open_provider
from newsletter.testing.local_providers import sendgrid_config
from newsletter.testing.sample_mailing import illustrated_mailing, sample_recipients
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub


@dataclass(kw_only=True)
class SendgridWorld(World):
    """A world whose provider is SendGrid, and whose peer is the stub."""

    stub: SendgridStub = field(kw_only=True)

    def open(self):
        """Start as a new process does."""
        super().open()
        self.provider = open_provider(sendgrid_config(self.root, self.stub.url))

    def go(self):
        """Run once, on connections of its own."""
        outlet = self.outlet
        try:
            return run_campaign("c0ffee", outlet, Pace(), Surroundings(clock=self.clock, random=lambda: 0.5))
        finally:
            outlet.shipments.close()


@pytest.fixture
def stub(tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


def plan(tmp_path, stub, strange=None):
    world = SendgridWorld(root=tmp_path, stub=stub, batch_size=1000)
    world.reader = lambda number: (
        reader(number)._replace(email=strange) if number == 617 and strange else reader(number)
    )
    world.plan(1000, provider="sendgrid")
    return world


@pytest.mark.parametrize("is_named", [True, False])
def test_one_bad_address_among_a_thousand_keeps_nobody_else_from_their_letter(tmp_path, stub, is_named):
    stub.names_fields = is_named
    world = plan(tmp_path, stub, strange="no address at all")

    report = world.go()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 999, "rejected": 1}
    assert len({mail.email for mail in stub.mails()}) == len(stub.mails()) == 999
    assert [email for email, state in world.states().items() if state == "rejected"] == ["no address at all"]
    world.store.close()


def test_custom_arguments_of_all_together_are_split_where_a_limit_is_read_so(tmp_path, stub):
    stub.most_custom_args = 9_999
    world = plan(tmp_path, stub)

    report = world.go()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 1000}
    assert len(stub.mails()) == 1000
    world.store.close()


def test_custom_arguments_of_one_reader_stay_far_below_what_the_reference_allows(tmp_path, stub):
    world = plan(tmp_path, stub)

    world.go()

    assert stub.requests == 1
    own = stub.mails()[0].headers
    assert len(own["custom_args.nl_d"] + own["custom_args.nl_a"] + "nl_dnl_a") < 100
    world.store.close()


def test_a_batch_that_outgrows_thirty_megabytes_is_refused_before_it_leaves_and_its_half_fits(tmp_path, stub):
    """The ledger halves a batch that is refused as a whole, so that each half is tried on its own."""
    letter = replace(illustrated_mailing().rendered, pictures=(a_picture(22_400_000),))
    provider = open_provider(sendgrid_config(tmp_path, stub.url))
    shipment = provider.prepare(replace(illustrated_mailing(), rendered=letter))
    readers = sample_recipients(["Jan"] * 400)

    refused = shipment.submit(shipment.build(readers, "c.1.1"))
    half = shipment.build(readers[:100], "c.1.2")
    shipment.close()

    assert refused.outcome.kind is OutcomeKind.REJECTED
    assert "SendGrid allows 30,000,000" in refused.outcome.detail
    assert len(half.body) <= 30_000_000
    assert stub.requests == 0


def a_picture(size):
    """Return a picture of `size` bytes that travels inside the mail."""
    picture = next(one for one in illustrated_mailing().rendered.pictures if one.is_embedded)
    return replace(picture, data=bytes(size))
