"""Nobody, one, a full batch and one more, through every provider: each reader is in exactly one state."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field

import pytest
from delivery_world import CAMPAIGN, World, reader

from newsletter.config.schema import Config
from newsletter.delivery.engine import Ending, run_campaign
from newsletter.delivery.outlet import Pace, Surroundings
from newsletter.errors import UsageError
from newsletter.plugins import load_plugin
from newsletter.testing.local_providers import postmark_config, sendgrid_config, ses_config, smtp_config
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub
from newsletter.testing.smtp_faults import FaultySmtp

PROVIDERS = ("outbox", "smtp", "sendgrid", "ses", "postmark")
IS_FULL = bool(os.environ.get("NEWSLETTER_FULL"))
STRANGE = "no address at all"


@dataclass(kw_only=True)
class CrowdWorld(World):
    """A world with a real provider; `taken` counts what its peer took."""

    name: str
    config: Config = field(default_factory=Config)
    peer: object = None

    def open(self):
        """Start as a new process does."""
        super().open()
        self.provider = load_plugin("newsletter.providers", self.name)(self.config)

    def plan_crowd(self, size):
        """Freeze `size` readers; in a crowd one address is nonsense and another comes twice, in two cases."""
        crowd = [reader(number) for number in range(size)]
        if size > 2:
            crowd[size // 2] = crowd[size // 2]._replace(email=STRANGE)
            crowd.append(crowd[0]._replace(email=crowd[0].email.upper(), subscriber_id=size))
        self.reader = crowd.__getitem__
        batch = self.provider.capabilities.batch_size
        return self.plan(len(crowd), provider=self.name, batch_size=batch)

    def go(self):
        """Run once, on connections of its own."""
        outlet = self.outlet
        try:
            return run_campaign(CAMPAIGN, outlet, Pace(), Surroundings(clock=self.clock, random=lambda: 0.5))
        finally:
            outlet.shipments.close()

    def taken(self):
        """Return how often each reader was taken."""
        if self.peer is not None:
            return Counter(mail.email for mail in self.peer.mails())
        letters = (file.read_text("utf-8") for file in (self.root / "outbox").rglob("*.eml"))
        return Counter(letter.partition("\nTo: ")[2].partition("\n")[0].strip() for letter in letters)


@pytest.fixture(params=PROVIDERS)
def world(request, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
    keys = {"sendgrid": API_KEY, "ses": SECRET_KEY, "postmark": SERVER_TOKEN}
    monkeypatch.setenv("STUB_KEY", keys.get(request.param, "unused"))
    made = {
        "outbox": (lambda _: nullcontext(), lambda _: Config(root=tmp_path)),
        "smtp": (FaultySmtp, lambda peer: smtp_config(tmp_path, peer.port)),
        "sendgrid": (SendgridStub, lambda peer: sendgrid_config(tmp_path, peer.url)),
        "ses": (SesStub, lambda peer: ses_config(tmp_path, peer.url)),
        "postmark": (PostmarkStub, lambda peer: postmark_config(tmp_path, peer.url)),
    }
    make_peer, make_config = made[request.param]
    with ExitStack() as stack:
        peer = stack.enter_context(make_peer(tmp_path / "journal"))
        world = CrowdWorld(root=tmp_path, name=request.param, config=make_config(peer), peer=peer)
        stack.callback(lambda: world.store.close())
        yield world


def test_nobody_is_an_error_that_says_so(world):
    with pytest.raises(UsageError, match="nobody is left to get issue"):
        world.plan_crowd(0)


@pytest.mark.parametrize("size", [1, 1000, 1001])
def test_each_reader_of_a_crowd_gets_one_letter_or_is_told_of(world, size):
    if not IS_FULL and world.provider.capabilities.batch_size < 500:  # a crowd takes these seconds
        size = min(size, world.provider.capabilities.batch_size + size % 1000)
    world.plan_crowd(size)

    report = world.go()

    strange = {STRANGE} if size > 2 else set()
    states = world.states()
    accepted = {email for email, state in states.items() if state == "accepted"}
    assert report.ending is Ending.FINISHED
    assert len(states) == size
    assert {email for email, state in states.items() if state == "rejected"} == strange - accepted
    assert len(accepted) + len(strange - accepted) == size
    assert world.taken() == Counter(accepted)
