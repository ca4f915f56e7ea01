"""A fault in a letter that is out: the mended one goes to the others, a notice to those who have it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.wish import Wish
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import AnotherRunner, ChecksFailed, DeliveryRefused, UsageError
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.testing.ledger_samples import an_attempt, of

NAME = "issues/2026-11-24-first.md"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOTICE = """---
subject: "A date was wrong in my last letter"
preheader: "It is Thursday, not Tuesday; the rest stands as it was."
---
Dear reader,

In my last letter I wrote Tuesday. It is Thursday.

With kind regards,
Ann
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a newsletter whose letter is accepted for two readers, unknown for two and pending for two."""
    root = tmp_path_factory.mktemp("correct") / "letters"
    start_newsletter(root, name="Letters", lang="en", today=NOW.date())
    config = root / "newsletter.toml"
    config.write_text(config.read_text().replace("[provider]\n", '[provider]\nrate = "2/s"\n'))
    with at(root) as project:
        for number in range(1, 7):
            email = f"r{number}@brief.example"
            fields = {"first_name": f"Reader {number}"}
            project.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, fields=fields)
            )
        assert not project.gate.check(root / NAME).is_blocking
        prepared = project.sending.prepare(root / NAME, wish=Wish())
        clearance = project.gate.judge(root / NAME, prepared.plan.segment).require()
        campaign = project.sending.freeze(prepared, clearance)
        ledger = project.store.ledger
        ledger.change(campaign.id, CampaignEvent.RUN)
        for batch, kind in zip(ledger.batches(campaign.id), ("accepted", "unknown"), strict=False):
            ledger.intend(batch, an_attempt(batch))
            ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind(kind))), NOW)
        assert [one.size for one in ledger.batches(campaign.id)] == [2, 2, 2]
    (root / "issues/2026-11-25-oops.md").write_text(NOTICE)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "letters")


def at(root: Path, moment: datetime = NOW) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(moment))


def mend(root: Path, old: str = "With kind regards", new: str = "With the kindest regards") -> None:
    letter = root / NAME
    assert old in letter.read_text()
    letter.write_text(letter.read_text().replace(old, new, 1))


def correct(project: Project, root: Path, **options):
    """Plan and freeze a correction; return the plan, and the campaign when somebody is mailed."""
    faulty = project.correcting.find(root / NAME)
    if "notice" not in options:
        project.correcting.stop(faulty)
    plan = project.correcting.plan(root / NAME, faulty, **options)
    if plan.prepared is None:
        return plan, None
    return plan, project.sending.freeze(plan.prepared, plan.judgement.require())


def emails(project: Project, campaign_id: str) -> list[str]:
    return [row.email for row in project.store.ledger.deliveries(campaign_id)]


def counts(project: Project, campaign_id: str) -> dict[str, int]:
    return {str(state): number for state, number in project.store.ledger.counts(campaign_id).items()}


def readers(*numbers: int) -> list[str]:
    return [f"r{number}@brief.example" for number in numbers]


# --- the mended letter --------------------------------------------------------------------------------------


def test_the_mended_letter_goes_to_exactly_those_who_were_not_mailed(root):
    mend(root)
    with at(root) as project:
        plan, campaign = correct(project, root)
        faulty = project.store.ledger.campaign(plan.faulty.id)
        report = project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)

        assert (plan.standing.accepted, plan.standing.unmailed, plan.standing.unknown) == (2, 2, 2)
        assert campaign.corrects == faulty.id
        assert (faulty.state, faulty.reason) == (
            CampaignState.CANCELLED,
            f"corrected by campaign {campaign.id}",
        )
        assert counts(project, faulty.id) == {"accepted": 2, "unknown": 2, "cancelled": 2}
        assert emails(project, campaign.id) == readers(5, 6)
        assert dict(report.counts) == {"accepted": 2}
    letters = sorted(root.rglob("*.eml"))
    assert len(letters) == 2
    assert all(b"kindest" in letter.read_bytes() for letter in letters)


def test_who_is_unknown_gets_the_mended_letter_only_by_choice(root):
    mend(root)
    with at(root) as project:
        plan, campaign = correct(project, root, includes_unknown=True)

        assert plan.prepared.plan.count == 4
        assert emails(project, campaign.id) == readers(3, 4, 5, 6)
        assert counts(project, plan.faulty.id) == {"accepted": 2, "cancelled": 4}


def test_who_left_meanwhile_is_left_out_and_counted(root):
    mend(root)
    with at(root) as project:
        project.audience.unsubscribe("r5@brief.example")

        plan, campaign = correct(project, root)

        assert [(one.count, one.reason) for one in plan.prepared.plan.left_out] == [
            (1, "left since, or may not be mailed")
        ]
        assert emails(project, campaign.id) == readers(6)


def test_a_letter_that_was_not_mended_is_refused(root):
    with at(root) as project:
        faulty = project.correcting.find(root / NAME)

        with pytest.raises(DeliveryRefused, match="the same as the one that went out"):
            project.correcting.plan(root / NAME, faulty)


def test_a_mended_letter_with_another_fault_does_not_pass_the_gate(root):
    mend(root, new="With {{ kind }} regards")
    with at(root) as project, pytest.raises(Exception, match="kind"):
        correct(project, root)


def test_a_plan_that_fails_leaves_the_faulty_campaign_as_it_was(root):
    mend(root)
    with at(root) as project:
        faulty = project.correcting.find(root / NAME)
        project.correcting.stop(faulty)
        plan = project.correcting.plan(root / NAME, faulty)
        project.audience.unsubscribe("r5@brief.example")

        with pytest.raises(DeliveryRefused, match="changed while the plan was on show"):
            project.sending.freeze(plan.prepared, plan.judgement.require())

        assert [one.id for one in project.store.ledger.campaigns()] == [faulty.id]
        assert project.store.ledger.campaign(faulty.id).state is CampaignState.PAUSED
        assert counts(project, faulty.id) == {"accepted": 2, "unknown": 2, "pending": 2}
        assert emails(project, faulty.id) == readers(1, 2, 3, 4, 5, 6)


def test_a_faulty_campaign_that_was_cancelled_by_hand_is_corrected_too(root):
    mend(root)
    with at(root) as project:
        project.sending.cancel("first")

        _, campaign = correct(project, root)

        assert emails(project, campaign.id) == readers(5, 6)


def test_a_letter_that_is_about_to_leave_is_taken_back_and_the_mended_one_goes_to_all(root):
    mend(root)
    with at(root) as project:
        project.sending.cancel("first")
        _, waiting = correct(project, root)  # planned, and nobody runs it yet
    mend(root, "With the kindest", "With my kindest")
    with at(root, NOW + timedelta(minutes=1)) as project:
        project.correcting.stop(waiting)
        stopped = project.store.ledger.campaign(waiting.id).state
        _, campaign = correct(project, root)

        assert stopped is CampaignState.CANCELLED
        assert emails(project, campaign.id) == readers(5, 6)


def test_a_correction_can_be_corrected(root):
    mend(root)
    with at(root) as project:
        _, first = correct(project, root)
    mend(root, "With the kindest", "With my kindest")
    with at(root, NOW + timedelta(minutes=1)) as project:
        plan, second = correct(project, root)

        assert plan.faulty.id == first.id == second.corrects
        assert emails(project, second.id) == readers(5, 6)


def test_released_readers_count_as_unknown(root):
    mend(root)
    with at(root) as project:
        faulty = project.correcting.find(root / NAME)
        project.store.ledger.resolve(faulty.id, assume_sent=False, now=NOW)

        plan, campaign = correct(project, root)

        assert (plan.standing.unmailed, plan.standing.unknown) == (2, 2)
        assert emails(project, campaign.id) == readers(5, 6)
        assert counts(project, faulty.id) == {"accepted": 2, "unknown": 2, "cancelled": 2}


def test_when_nobody_is_left_only_the_archive_gets_the_mended_letter(root):
    with at(root) as project:
        faulty = project.correcting.find(root / NAME)
        (*_, last) = project.store.ledger.batches(faulty.id)
        project.store.ledger.intend(last, an_attempt(last))
        project.store.ledger.settle(an_attempt(last), Submission(outcome=of(OutcomeKind.ACCEPTED)), NOW)
        project.store.ledger.change(faulty.id, CampaignEvent.FINISH)
        mend(root)

        plan, campaign = correct(project, root)
        project.correcting.note(plan)

        assert (plan.prepared, campaign) == (None, None)
        assert plan.content != faulty.digests.content


def test_an_issue_that_was_never_sent_has_nothing_to_correct(root):
    with at(root) as project, pytest.raises(UsageError, match="was not sent yet"):
        project.correcting.find(root / "issues/2026-11-25-oops.md")


@dataclass
class Releasing:
    """A clock that lets the other runner end while somebody waits."""

    held: ExitStack = field(default_factory=ExitStack)
    passed: float = 0.0

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.held.close()


def test_the_process_that_sends_is_waited_for(root):
    clock = Releasing()
    with Project.open(root, environment={}, clock=clock) as project:
        faulty = project.correcting.find(root / NAME)
        clock.held.enter_context(project.store.ledger.runner(faulty.id))

        project.correcting.stop(faulty)

        assert clock.passed > 0
        assert project.store.ledger.campaign(faulty.id).state is CampaignState.PAUSED


def test_a_process_that_goes_on_sending_is_not_waited_for_for_ever(root):
    clock = Releasing()
    with Project.open(root, environment={}, clock=clock) as project:
        faulty = project.correcting.find(root / NAME)
        with project.store.ledger.runner(faulty.id), pytest.raises(AnotherRunner):
            project.correcting.stop(faulty)


# --- the notice -----------------------------------------------------------------------------------------


def test_a_notice_goes_to_exactly_those_who_have_the_faulty_letter(root):
    notice = root / "issues/2026-11-25-oops.md"
    with at(root) as project:
        project.sending.cancel("first")

        plan, campaign = correct(project, root, notice=notice)

        assert plan.prepared.plan.count == 2
        assert emails(project, campaign.id) == readers(1, 2)
        assert (campaign.issue, campaign.corrects) == ("oops", plan.faulty.id)
        with pytest.raises(ChecksFailed, match="already sends this issue"):
            correct(project, root, notice=notice)


def test_a_notice_reaches_who_is_unknown_only_by_choice(root):
    with at(root) as project:
        project.sending.cancel("first")

        _, campaign = correct(project, root, notice=root / "issues/2026-11-25-oops.md", includes_unknown=True)

        assert emails(project, campaign.id) == readers(1, 2, 3, 4)


def test_a_notice_waits_until_the_faulty_letter_does_not_go_out_any_more(root):
    with at(root) as project, pytest.raises(DeliveryRefused, match="still sends the faulty letter"):
        correct(project, root, notice=root / "issues/2026-11-25-oops.md")


def test_a_notice_is_a_letter_of_its_own(root):
    with at(root) as project, pytest.raises(DeliveryRefused, match='is the issue "first" itself'):
        correct(project, root, notice=root / NAME)
