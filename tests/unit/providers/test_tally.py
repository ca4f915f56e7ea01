"""One answer for a batch that says what was said of each reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.tally import tally

OUTCOMES = st.builds(Outcome, kind=st.sampled_from(OutcomeKind), detail=st.sampled_from(["", "a", "b"]))


@given(st.dictionaries(st.integers(0, 30), OUTCOMES), st.none() | OUTCOMES)
def test_the_answer_says_what_was_said_of_each(outcomes: dict[int, Outcome], whole: Outcome | None) -> None:
    submission = tally(outcomes, whole)

    assert {position: submission.of(position) for position in outcomes} == outcomes


@given(st.dictionaries(st.integers(0, 30), OUTCOMES))
def test_without_a_word_to_us_the_whole_is_accepted_or_not_sent(outcomes: dict[int, Outcome]) -> None:
    submission = tally(outcomes)

    assert submission.outcome.kind in (OutcomeKind.ACCEPTED, OutcomeKind.NOT_SENT)
