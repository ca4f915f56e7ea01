"""The plan shows what will happen, and what is frozen is what was shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from delivery_world import CAMPAIGN, LETTER, World, reader

from newsletter.config.schema import (
    Config,
    FieldConfig,
    NewsletterConfig,
    ProviderConfig,
    SendConfig,
    SenderConfig,
)
from newsletter.delivery.audience import Audience
from newsletter.delivery.digests import campaign_digests, verify_unchanged
from newsletter.delivery.mailing import mailing_date
from newsletter.delivery.plan import Draft, LeftOut, freeze, make_plan
from newsletter.delivery.wish import Wish
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Member
from newsletter.domain.issue import Issue
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.domain.timing import Timing
from newsletter.domain.variant import Variants
from newsletter.errors import ConfigError, DeliveryRefused, UsageError
from newsletter.protocols import Capabilities
from newsletter.source import Place

AN = Mailbox(name="An", email="an@brief.example")
CONFIG = Config(
    root=Path("/p"),
    digest="conf",
    newsletter=NewsletterConfig(
        name="Brief", lang="nl", postal_address="Kade 1, Zwolle", base_url="https://brief.example"
    ),
    sender=SenderConfig(from_=AN),
    fields={"first_name": FieldConfig(name="first_name"), "salary": FieldConfig(name="salary")},
)
ISSUE = Issue(
    path=Path("/p/issues/herfst.md"),
    shown_path="issues/herfst.md",
    slug="herfst",
    subject="Dag",
    lang="nl",
    template="letter",
    body="",
    body_line=1,
    digest="issue",
)
RENDERED = replace(LETTER, inputs={"issue": "issue", "config": "conf", "letter.mjml.j2": "tmpl"})


@dataclass
class Listed:
    """An AudienceView over a list of members, which a test may change."""

    readers: list[Member]
    planned: int = 0
    asked: list[str] = field(default_factory=list)

    def pages(self, segment: str, conditions=()):
        self.asked.append(segment)
        return MemberColumns.pages(self.readers)

    def campaigns(self, issue: str):
        return ()

    def already_planned(self, issue: str, segment: str) -> int:
        return self.planned

    def tried_templates(self) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    yield world
    world.store.close()


@pytest.fixture
def view():
    return Listed([reader(n)._replace(values={"first_name": f"Lezer {n}", "salary": n}) for n in range(12)])


@pytest.fixture
def audience(world, view):
    return Audience.of(Variants.single(RENDERED), CONFIG, "gemeenten", view=view, ledger=world.store.ledger)


def draft(world, config=CONFIG, issue=ISSUE, rendered=RENDERED) -> Draft:
    return Draft(issue=issue, variants=Variants.single(rendered), config=config, provider=world.provider)


def plan_of(world, audience, **changes):
    return make_plan(draft(world), audience, now=world.clock.now(), **changes)


def frozen(world, audience, plan):
    return freeze(plan, audience, new_id=lambda: CAMPAIGN, clock=world.clock)


def test_the_plan_says_who_gets_what_from_whom_by_which_way(world, audience):
    plan = plan_of(
        world, audience, also_left_out=(LeftOut(count=3, reason="left"), LeftOut(count=0, reason="x"))
    )

    assert (plan.count, plan.first, plan.last) == (12, "r000@brief.example", "r011@brief.example")
    assert (plan.batches, plan.batch_size) == (3, 5)
    assert plan.left_out == (LeftOut(count=3, reason="left"),)
    assert plan.subject == "Dag {{ first_name }}"
    assert (plan.sender, plan.reply_to) == (AN, AN)
    assert (plan.provider, plan.provider_text) == ("scripted", "a script, for tests")
    assert plan.is_real
    assert plan.digests.content == RENDERED.digest
    assert plan.warnings == ()
    assert plan.not_before is None


def test_making_a_plan_writes_nothing(world, audience):
    plan_of(world, audience)

    assert world.store.ledger.campaigns() == []


def test_what_is_frozen_is_what_was_shown(world, audience):
    plan = plan_of(world, audience)

    campaign = frozen(world, audience, plan)

    assert (campaign.id, campaign.total, campaign.segment) == (CAMPAIGN, 12, "gemeenten")
    assert campaign.digests == plan.digests
    assert mailing_date(campaign) == world.clock.now()
    assert world.run().counts == {"accepted": 12}


def test_only_the_values_the_letter_uses_reach_the_ledger(world, audience):
    frozen(world, audience, plan_of(world, audience))

    batch = world.store.ledger.batches(CAMPAIGN)[0]
    assert world.store.ledger.recipients(batch.id)[1].values == {"first_name": "Lezer 1"}


@pytest.mark.parametrize(
    "change",
    [
        lambda readers: readers.pop(),
        lambda readers: readers.append(reader(99)),
        lambda readers: readers.__setitem__(3, readers[3]._replace(email="other@brief.example")),
        lambda readers: readers.__setitem__(3, readers[3]._replace(values={"first_name": "Ander"})),
    ],
)
def test_an_audience_that_changed_while_the_plan_was_on_show_is_not_mailed(world, audience, view, change):
    plan = plan_of(world, audience)
    change(view.readers)

    with pytest.raises(DeliveryRefused, match="changed while the plan was on show"):
        frozen(world, audience, plan)

    assert world.store.ledger.campaigns() == []


def test_a_value_the_letter_does_not_use_may_change(world, audience, view):
    plan = plan_of(world, audience)
    view.readers[3] = view.readers[3]._replace(values={"first_name": "Lezer 3", "salary": 1})

    assert frozen(world, audience, plan).total == 12


def test_a_second_campaign_of_an_issue_leaves_out_who_has_it(world, audience, view):
    world.plan(4, "first")
    view.planned = 4

    plan = plan_of(world, audience)
    campaign = frozen(world, audience, plan)

    assert (plan.count, plan.first, plan.left_out[0].count) == (8, "r004@brief.example", 4)
    assert campaign.total == 8


def test_when_everybody_has_the_issue_it_is_refused_and_the_open_campaign_named(world, audience, view):
    world.plan(12, "first")
    view.planned = 12

    with pytest.raises(DeliveryRefused, match="newsletter resume first"):
        plan_of(world, audience)


def test_an_empty_segment_is_refused(world, audience, view):
    view.readers.clear()

    with pytest.raises(UsageError, match='there is nobody in "gemeenten"'):
        plan_of(world, audience)


def test_all_that_is_missing_is_said_at_once(world, audience):
    bare = Config(root=Path("/p"))

    with pytest.raises(ConfigError) as caught:
        make_plan(draft(world, bare), audience, now=world.clock.now())

    assert [problem.what for problem in caught.value.problems] == [
        "there is no sender",
        "there is no postal address",
        "there is no base_url",
    ]
    assert all(problem.fix and problem.place for problem in caught.value.problems)


@pytest.mark.parametrize(
    "url", ["brief.example", "ftp://brief.example", "https://", "https://brief.example?x=1"]
)
def test_a_base_url_that_is_no_web_address_is_refused(world, audience, url):
    config = replace(CONFIG, newsletter=replace(CONFIG.newsletter, base_url=url))

    with pytest.raises(ConfigError, match="is not a web address"):
        make_plan(draft(world, config), audience, now=world.clock.now())


def test_without_https_only_the_outbox_may_be_used(world, audience):
    config = replace(CONFIG, newsletter=replace(CONFIG.newsletter, base_url="http://127.0.0.1:8080"))

    with pytest.raises(ConfigError, match="RFC 8058"):
        make_plan(draft(world, config), audience, now=world.clock.now())
    world.provider.capabilities = Capabilities(batch_size=5, leaves_machine=False)

    assert make_plan(draft(world, config), audience, now=world.clock.now()).is_real is False


def test_a_time_that_has_passed_is_refused_and_one_to_come_is_kept(world, audience):
    with pytest.raises(UsageError, match="has passed"):
        plan_of(world, audience, wish=Wish(at="2026-11-24 08:29"))
    plan = plan_of(world, audience, wish=Wish(at="2026-11-24 09:30"))
    campaign = frozen(world, audience, plan)

    assert mailing_date(campaign) == world.clock.now() + timedelta(hours=1)
    assert campaign.timing == Timing(late_s=3600.0)


def test_an_hour_that_is_odd_is_told_with_the_plan(world, audience):
    newsletter = replace(CONFIG.newsletter, timezone="Europe/Amsterdam")
    config = replace(CONFIG, newsletter=newsletter)

    plan = make_plan(draft(world, config), audience, now=world.clock.now(), wish=Wish(at="2027-03-28 02:30"))

    assert "so it becomes 03:30" in plan.warnings[0].what
    assert plan.not_before == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_real_mail_can_be_taken_back_by_whoever_looks_on_and_the_outbox_need_not(world, audience):
    watched = Wish(is_watched=True)

    assert plan_of(world, audience, wish=watched).undo_s == 30.0
    assert plan_of(world, audience).undo_s == 0.0
    assert plan_of(world, audience, wish=replace(watched, undo="0")).undo_s == 0.0
    assert plan_of(world, audience, wish=replace(watched, at="2026-11-24 09:30")).undo_s == 0.0
    assert plan_of(world, audience, wish=Wish(undo="5m")).undo_s == 300.0
    with pytest.raises(UsageError, match="--undo"):
        plan_of(world, audience, wish=Wish(undo="a bit"))
    world.provider.capabilities = Capabilities(batch_size=5, leaves_machine=False)
    assert plan_of(world, audience, wish=watched).undo_s == 0.0


def test_the_time_to_take_it_back_begins_when_the_plan_is_frozen(world, audience):
    plan = plan_of(world, audience, wish=Wish(undo="30s"))
    world.clock.sleep(500)

    assert frozen(world, audience, plan).timing.undo_until == world.clock.now() + timedelta(seconds=30)


def test_batches_are_no_larger_than_the_rate(world, audience):
    config = replace(CONFIG, provider=ProviderConfig(rate="2/s"))

    assert make_plan(draft(world, config), audience, now=world.clock.now()).batch_size == 2


def test_readers_of_a_slow_domain_are_frozen_in_batches_of_their_own(world, audience, view):
    view.readers[:] = [
        one._replace(email=f"r{number}@outlook.com", key=f"r{number}@outlook.com") if number < 5 else one
        for number, one in enumerate(view.readers)
    ]
    config = replace(CONFIG, send=SendConfig(domains={"outlook.com": "2/m"}))

    plan = make_plan(draft(world, config), audience, now=world.clock.now())
    frozen(world, audience, plan)

    batches = world.store.ledger.batches(CAMPAIGN)
    assert sorted((one.lane, one.size) for one in batches) == [
        ("", 2),
        ("", 5),
        ("outlook.com", 1),
        ("outlook.com", 2),
        ("outlook.com", 2),
    ]
    assert plan.batches == 5
    assert world.store.ledger.waves(CAMPAIGN) == []


def test_a_canary_is_frozen_as_it_was_shown(world, audience):
    plan = plan_of(world, audience, wish=Wish(canary="3"))
    frozen(world, audience, plan)

    waves = world.store.ledger.waves(CAMPAIGN)
    sizes = Counter()
    for one in world.store.ledger.batches(CAMPAIGN):
        sizes[one.wave] += one.size
    assert waves == list(plan.layout.waves)
    assert sizes == {one.number: one.size for one in waves}
    assert plan.timetable[1].starts >= plan.timetable[0].starts + timedelta(minutes=45)


def test_a_plan_that_cannot_be_kept_is_refused_with_all_that_is_wrong(world, audience):
    send = SendConfig(zone_field="zone", subject_metric="clicks")
    issue = replace(ISSUE, subject_b="Anders")

    with pytest.raises(ConfigError) as caught:
        make_plan(draft(world, replace(CONFIG, send=send), issue), audience, now=world.clock.now())

    told = [problem.what for problem in caught.value.problems]
    assert len(told) == 2
    assert "clicks" in told[0]
    assert "zone_field" in told[1]


def test_a_sender_from_another_domain_is_warned_about(world, audience):
    config = replace(CONFIG, sender=replace(CONFIG.sender, domain="elders.example"))
    issue = replace(ISSUE, sender=AN, places={"from": Place(path="issues/herfst.md", line=3)})

    plan = make_plan(draft(world, config, issue), audience, now=world.clock.now())

    assert [str(one.place) for one in plan.warnings] == ["issues/herfst.md:3"]


# --- variants -----------------------------------------------------------------------------------------

LONG = replace(
    RENDERED, text=SlottedText(("Verdien ", Hole(slot=Slot(name="salary"), context=SlotContext.TEXT)))
)
BOTH = Variants(letters={"0": RENDERED, "1": LONG}, conditions=("tag:a",))


@pytest.fixture
def varied(world, view):
    view.readers[:] = [
        one._replace(variant="1" if number % 3 else "0") for number, one in enumerate(view.readers)
    ]
    return Audience.of(BOTH, CONFIG, "gemeenten", view=view, ledger=world.store.ledger)


def plan_varied(world, audience, variants=BOTH):
    return make_plan(replace(draft(world), variants=variants), audience, now=world.clock.now())


def test_the_plan_says_how_many_get_which_variant(world, varied):
    plan = plan_varied(world, varied)

    assert [(one.key, one.count, one.shown) for one in plan.variants] == [("0", 4, ()), ("1", 8, ("tag:a",))]
    assert (plan.count, plan.batches) == (12, 3)
    assert plan.digests.content == BOTH.digest


def test_each_reader_is_frozen_with_their_letter_and_what_it_uses(world, varied):
    campaign = frozen(world, varied, plan_varied(world, varied))

    ledger = world.store.ledger
    found = {
        one.email: (batch.variant, dict(one.values))
        for batch in ledger.batches(CAMPAIGN)
        for one in ledger.recipients(batch.id)
    }
    assert campaign.variants == ("0", "1")
    assert found["r003@brief.example"] == ("0", {"first_name": "Lezer 3"})
    assert found["r004@brief.example"] == ("1", {"first_name": "Lezer 4", "salary": "4"})


def test_keys_with_the_same_letter_are_one_variant(world, view, varied):
    view.readers[:] = [
        one._replace(variant=f"{one.variant}{number % 2}") for number, one in enumerate(view.readers)
    ]
    same = {"01": "00", "11": "10"}
    variants = Variants(letters={"00": RENDERED, "10": LONG}, conditions=("tag:a", "tag:b"), same=same)
    audience = replace(varied, variants=variants)

    plan = plan_varied(world, audience, variants)

    assert [(one.key, one.count) for one in plan.variants] == [("00", 4), ("10", 8)]
    assert frozen(world, audience, plan).variants == ("00", "10")


def test_a_reader_who_gets_another_letter_by_now_changes_the_audience(world, view, varied):
    plan = plan_varied(world, varied)
    view.readers[3] = view.readers[3]._replace(variant="1")

    with pytest.raises(DeliveryRefused, match="changed while the plan was on show"):
        frozen(world, varied, plan)


def test_a_letter_nobody_had_when_the_letters_were_made_is_refused(world, view, varied):
    variants = Variants(letters={"1": LONG}, conditions=("tag:a",))

    with pytest.raises(DeliveryRefused, match="changed while"):
        plan_varied(world, replace(varied, variants=variants), variants)


@pytest.mark.parametrize(
    "other",
    [
        replace(BOTH, conditions=("tag:b",)),
        replace(BOTH, letters={"0": RENDERED, "1": replace(LONG, preheader=RENDERED.subject)}),
        replace(BOTH, letters={"0": RENDERED}),
        replace(BOTH, letters={"0": LONG, "1": RENDERED}),
    ],
)
def test_a_changed_condition_or_variant_cannot_be_resumed(world, varied, other):
    campaign = frozen(world, varied, plan_varied(world, varied))

    with pytest.raises(DeliveryRefused, match="the issue, or a picture in it, changed"):
        verify_unchanged(campaign, campaign_digests(ISSUE, other, CONFIG, "whatever"))


# --- what a campaign is bound to ----------------------------------------------------------------------


def changed(world, audience, *, issue=ISSUE, rendered=RENDERED, config=CONFIG) -> str:
    campaign = frozen(world, audience, plan_of(world, audience))
    now = campaign_digests(issue, Variants.single(rendered), config, "whatever")
    try:
        verify_unchanged(campaign, now)
    except DeliveryRefused as error:
        return "; ".join(f"{problem.what} → {problem.fix}" for problem in error.problems)
    return ""


def test_an_unchanged_campaign_may_go_on(world, audience):
    assert changed(world, audience) == ""


def test_a_changed_issue_cannot_be_resumed(world, audience):
    other = replace(RENDERED, preheader=RENDERED.subject, inputs={**RENDERED.inputs, "issue": "new"})

    told = changed(world, audience, issue=replace(ISSUE, digest="new"), rendered=other)

    assert "the issue, or a picture in it, changed" in told
    assert f"newsletter resume {CAMPAIGN}" in told


def test_a_changed_template_is_named(world, audience):
    other = replace(RENDERED, preheader=RENDERED.subject, inputs={**RENDERED.inputs, "letter.mjml.j2": "new"})

    assert changed(world, audience, rendered=other).startswith("the template")


@pytest.mark.parametrize(
    "people",
    [
        {"sender": Mailbox(name="Bo", email="bo@brief.example")},
        {"reply_to": Mailbox(name="", email="b@b.nl")},
    ],
)
def test_another_sender_or_reply_address_is_a_change(world, audience, people):
    assert "sender or reply address" in changed(world, audience, issue=replace(ISSUE, **people))


def test_a_changed_configuration_is_named(world, audience):
    config = replace(CONFIG, digest="new")
    rendered = replace(RENDERED, inputs={**RENDERED.inputs, "config": "new"})

    assert changed(world, audience, config=config, rendered=rendered).startswith("the configuration")
