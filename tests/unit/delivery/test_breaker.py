"""What answers in a row mean for the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.breaker import Breaker, Patience, tally
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

PATIENCE = Patience(not_sent=4, unknown=3, rejected=5)


def answer(kind: str, *, status: int | None = None, retry_after_s: float | None = None, **exceptions: str):
    outcome = Outcome(kind=OutcomeKind(kind), detail=kind, status=status, retry_after_s=retry_after_s)
    others = {int(at[1:]): Outcome(kind=OutcomeKind(word), detail=word) for at, word in exceptions.items()}
    return Submission(outcome=outcome, exceptions=others)


def breaker() -> Breaker:
    return Breaker(PATIENCE, lambda: 1.0)


def test_tally_counts_the_default_for_whoever_has_no_exception():
    counts = tally(answer("accepted", p0="rejected", p3="unknown"), 5)

    assert counts == {OutcomeKind.REJECTED: 1, OutcomeKind.UNKNOWN: 1, OutcomeKind.ACCEPTED: 3}


def test_refusals_for_now_are_tried_again_after_doubling_waits():
    tried = breaker()

    waits = [tried.note(answer("not_sent"), 5, 1, now=100.0).outcome.retry_after_s for _ in range(3)]

    assert waits == [1.0, 2.0, 4.0]
    assert tried.wait_s(100.0) == 4.0
    assert tried.give_up is None


def test_waits_never_grow_beyond_the_longest():
    tried = Breaker(Patience(not_sent=100), lambda: 1.0)

    for _ in range(50):
        last = tried.note(answer("not_sent"), 5, 1, now=0.0)

    assert last.outcome.retry_after_s == 60.0


def test_jitter_takes_away_up_to_half_of_a_wait():
    tried = Breaker(PATIENCE, lambda: 0.0)

    noted = tried.note(answer("not_sent"), 5, 1, now=0.0)

    assert noted.outcome.retry_after_s == 0.5


def test_the_wait_a_provider_asks_for_is_kept_within_an_hour():
    tried = breaker()

    asked = tried.note(answer("not_sent", retry_after_s=90.0), 5, 1, now=0.0)
    absurd = tried.note(answer("not_sent", retry_after_s=1e9), 5, 1, now=0.0)

    assert asked.outcome.retry_after_s == 90.0
    assert absurd.outcome.retry_after_s == 3600.0


def test_patience_ends_after_so_many_refusals_for_now_in_a_row():
    tried = breaker()

    for _ in range(4):
        tried.note(answer("not_sent"), 5, 1, now=0.0)

    assert tried.give_up == "the provider took nothing 4 times in a row: not_sent"


def test_an_accepted_batch_wipes_the_slate():
    tried = breaker()

    for _ in range(10):
        tried.note(answer("not_sent"), 5, 1, now=0.0)
        if tried.give_up:
            break
        tried.note(answer("accepted"), 5, 1, now=0.0)

    assert tried.give_up is None


def test_one_unknown_answer_asks_for_a_probe_and_three_in_a_row_end_it():
    tried = breaker()

    tried.note(answer("unknown"), 5, 1, now=0.0)
    after_one = (tried.must_probe, tried.give_up)
    tried.note_probe(Outcome(kind=OutcomeKind.ACCEPTED), now=0.0)
    after_probe = tried.must_probe
    tried.note(answer("unknown"), 5, 1, now=0.0)
    tried.note(answer("unknown"), 5, 1, now=0.0)

    assert after_one == (True, None)
    assert after_probe is False
    assert tried.give_up == "3 answers in a row that prove nothing: unknown"


def test_a_probe_without_answer_waits_and_in_the_end_gives_up():
    tried = breaker()
    tried.note(answer("unknown"), 5, 1, now=0.0)

    for _ in range(4):
        tried.note_probe(Outcome(kind=OutcomeKind.UNKNOWN, detail="silence"), now=0.0)

    assert tried.must_probe
    assert tried.wait_s(0.0) == 8.0
    assert tried.give_up is not None


def test_a_refused_key_halts_even_when_some_were_accepted():
    tried = breaker()

    tried.note(answer("halt", p0="accepted"), 5, 1, now=0.0)

    assert tried.halt == "halt"


def test_a_provider_that_refuses_everybody_is_not_fed_the_whole_list():
    tried = breaker()

    for _ in range(5):
        tried.note(answer("rejected"), 8, 1, now=0.0)

    assert tried.give_up == "the provider refused 5 times in a row: rejected"


def test_refusals_that_name_a_reader_are_no_reason_to_stop():
    tried = breaker()

    for _ in range(30):
        tried.note(answer("not_sent", p0="rejected"), 8, 1, now=0.0)

    assert tried.give_up is None


def test_a_busy_mailbox_waits_longer_with_every_attempt_and_holds_back_nobody_else():
    tried = breaker()
    mixed = Submission(
        outcome=Outcome(kind=OutcomeKind.ACCEPTED),
        exceptions={0: Outcome(kind=OutcomeKind.NOT_SENT, status=450)},
    )

    waits = [tried.note(mixed, 5, attempt, now=0.0).exceptions[0].retry_after_s for attempt in (1, 2, 3)]

    assert waits == [60.0, 120.0, 240.0]
    assert tried.wait_s(0.0) == 0.0


@pytest.mark.parametrize("asked", [-5.0, 0.0])
def test_a_wait_in_the_past_is_no_wait(asked: float):
    noted = breaker().note(answer("not_sent", retry_after_s=asked), 5, 1, now=0.0)

    assert noted.outcome.retry_after_s == 0.0


kinds = st.sampled_from(list(OutcomeKind))
submissions = st.builds(
    lambda kind, others, asked: Submission(
        outcome=Outcome(kind=kind, retry_after_s=asked),
        exceptions={at: Outcome(kind=other) for at, other in others.items()},
    ),
    kinds,
    st.dictionaries(st.integers(0, 4), kinds),
    st.none() | st.floats(-1e6, 1e12),
)


@given(st.lists(submissions, max_size=30), st.floats(0, 1, exclude_max=True))
def test_whatever_the_answers_every_wait_is_finite_and_the_kinds_stay(answers, chance):
    tried = Breaker(PATIENCE, lambda: chance)

    for number, one in enumerate(answers, start=1):
        noted = tried.note(one, 5, number, now=50.0)

        assert [noted.of(at).kind for at in range(5)] == [one.of(at).kind for at in range(5)]
        for at in range(5):
            outcome = noted.of(at)
            if outcome.kind is OutcomeKind.NOT_SENT:
                assert outcome.retry_after_s is not None
                assert 0.0 <= outcome.retry_after_s <= 3600.0
    assert 0.0 <= tried.wait_s(50.0) <= 3600.0
