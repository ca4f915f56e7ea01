"""Readers who want few letters: one in 28 days, whatever the segment, and said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.domain.address import address_key
from newsletter.domain.campaign import Digests, Member, NewCampaign
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import DeliveryRefused
from newsletter.project import FixedClock, Project
from newsletter.project.sending.reach import find_reach
from tests.both_stores import a_store_url
from tests.unit.site.site_world import NOW

ANNA, BOB, COR = "anna@meerdijk.example", "bob@meerdijk.example", "cor@meerdijk.example"
CONFIG = """
[newsletter]
name = "Helder bestuur"
lang = "nl"
timezone = "Europe/Amsterdam"
base_url = "https://brief.example"
postal_address = "Helder bestuur, Dorpsstraat 1, Meerdijk"
[sender]
from = "Renata <renata@brief.example>"
[provider]
name = "outbox"
[fields.frequency]
[segments.iedereen]
where = "status:active"
"""
_DIGESTS = Digests(content="c" * 64, template="t" * 64, config="f" * 64, audience="a" * 64)


@pytest.fixture(params=["sqlite", "postgresql"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    url = a_store_url(request, tmp_path)
    (tmp_path / "newsletter.toml").write_text(f'{CONFIG}[store]\nurl = "{url}"\n')
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "2026-11-27-winter.md").write_text(
        "---\nsubject: Winter\nsegment: iedereen\n---\n\nDag.\n"
    )
    with Project.open(tmp_path, environment={}, clock=FixedClock(NOW)) as made:
        for email, often in ((ANNA, "Seldom"), (BOB, "every"), (COR, "")):
            made.store.subscribers.add(
                Subscriber(
                    id=0,
                    email=email,
                    key=address_key(email),
                    status=SubscriberStatus.ACTIVE,
                    fields={"frequency": often} if often else {},
                )
            )
        yield made


def earlier_letter(project: Project, days: float, *, slug: str = "herfst") -> str:
    """Everybody is in a campaign of another letter that began so many days ago (or will begin)."""
    begins = NOW - timedelta(days=days)
    listed = project.store.subscribers.all()
    planned = project.store.ledger.plan(
        NewCampaign(
            id=f"c-{slug}",
            issue=slug,
            issue_path=f"issues/{slug}.md",
            segment="iedereen",
            provider="outbox",
            sender="Renata <renata@brief.example>",
            digests=_DIGESTS,
            batch_size=3,
            created_at=min(begins, NOW - timedelta(hours=1)),
            not_before=begins,
        ),
        [Member(one.id, one.email, one.key, {}) for one in listed],
    )
    return planned.id


def mailed(project: Project) -> list[str]:
    prepared = project.sending.prepare(project.config.root / "issues" / "2026-11-27-winter.md")
    return [member.email for member in prepared.audience.members()]


@pytest.mark.parametrize(("days", "rests"), [(1, True), (27, True), (28, False), (-3, True), (-28, False)])
def test_who_wants_few_letters_rests_for_28_days_around_another(
    project: Project, days: float, *, rests: bool
) -> None:
    earlier_letter(project, days)

    assert ([BOB, COR] if rests else [ANNA, BOB, COR]) == mailed(project)


def test_the_days_are_those_of_the_calendar_not_of_the_hour(project: Project) -> None:
    earlier_letter(project, 28 - 5 / 24)  # at five in the afternoon, four weeks ago

    assert [ANNA, BOB, COR] == mailed(project)


def test_a_letter_that_was_taken_back_before_it_left_counts_for_nothing(project: Project) -> None:
    project.store.ledger.change(earlier_letter(project, 1), CampaignEvent.CANCEL)

    assert [ANNA, BOB, COR] == mailed(project)


def test_where_the_field_is_not_declared_nobody_rests(project: Project) -> None:
    earlier_letter(project, 1)
    path = project.config.root / "newsletter.toml"
    path.write_text(path.read_text().replace("[fields.frequency]\n", ""))

    with Project.open(project.config.root, environment={}, clock=FixedClock(NOW)) as other:
        assert [ANNA, BOB, COR] == mailed(other)


def test_the_plan_and_the_studio_say_how_many_rest(project: Project) -> None:
    earlier_letter(project, 1)
    path = project.config.root / "issues" / "2026-11-27-winter.md"

    plan = project.sending.prepare(path).plan
    reach = find_reach(project, project.issues.load(path))

    told = [(1, "chose at most one letter in 28 days, and have another of these days")]
    assert (2, told) == (plan.count, [(one.count, one.reason) for one in plan.left_out])
    assert (2, told) == (reach.count, [(one.count, one.reason) for one in reach.left_out])


def test_when_everybody_rests_it_is_said_and_nothing_is_sent(project: Project) -> None:
    earlier_letter(project, 1)
    path = project.config.root / "issues" / "2026-11-27-winter.md"

    with pytest.raises(DeliveryRefused, match="1 chose at most one letter in 28 days"):
        project.sending.prepare(path, segment="frequency:seldom")


def test_why_says_from_which_letter_somebody_rests_and_until_when(project: Project) -> None:
    earlier_letter(project, 1)

    now = project.audience.why(ANNA)
    winter = project.audience.why(ANNA, "iedereen")

    assert not now.is_mailed
    assert not winter.is_mailed
    expected = (
        "chose at most one letter in 28 days: herfst is of 2026-11-26, so the next may come on 2026-12-24"
    )
    assert expected in now.reasons
    assert expected in winter.reasons
    assert project.audience.why(BOB).is_mailed


def test_why_says_of_a_campaign_that_somebody_rested_from_it(project: Project) -> None:
    earlier_letter(project, 3)
    path = project.config.root / "issues" / "2026-11-27-winter.md"
    prepared = project.sending.prepare(path)
    project.store.ledger.plan(
        NewCampaign(
            id="c-winter",
            issue="winter",
            issue_path=str(path),
            segment="iedereen",
            provider="outbox",
            sender="Renata <renata@brief.example>",
            digests=_DIGESTS,
            batch_size=3,
            created_at=NOW,
        ),
        prepared.audience.members(),
    )

    answer = project.audience.why(ANNA, campaign="c-winter")

    assert not answer.is_mailed
    assert any(reason.startswith("chose at most one letter in 28 days: herfst") for reason in answer.reasons)
