"""How many submissions are under way at once follows from how the provider answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.window import Window
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.testing.scripted_provider import accept, lose_answer, not_sent

TAKEN, PUSHED_BACK, LOST = accept().answer, not_sent().answer, lose_answer().answer


def _sizes(limit: int, answers: list[Submission]) -> list[int]:
    window = Window(limit)
    sizes = []
    for answer in answers:
        window.note(answer, 10)
        sizes.append(window.size)
    return sizes


def test_it_begins_with_four_and_grows_with_every_batch_taken():
    assert Window(16).size == 4
    assert _sizes(16, [TAKEN] * 12)[-1] == 16


def test_a_provider_that_pushes_back_gets_half_as_much_and_then_slowly_more():
    sizes = _sizes(16, [TAKEN] * 12 + [PUSHED_BACK] + [TAKEN] * 20)

    assert sizes[12] == 8
    assert 9 <= sizes[-1] <= 11


def test_an_answer_that_proves_nothing_leaves_one():
    assert _sizes(16, [TAKEN] * 12 + [LOST])[-1] == 1


def test_what_is_said_about_every_reader_in_turn_is_no_push_back():
    busy = Outcome(kind=OutcomeKind.NOT_SENT, detail="mailbox busy", status=450)
    answer = Submission(outcome=busy, exceptions=dict.fromkeys(range(10), busy))

    assert _sizes(16, [answer])[-1] == 4


@given(st.integers(1, 64), st.lists(st.sampled_from([TAKEN, PUSHED_BACK, LOST]), max_size=200))
def test_it_stays_between_one_and_the_limit(limit, answers):
    assert all(1 <= size <= limit for size in _sizes(limit, answers))
