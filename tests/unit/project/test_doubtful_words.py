"""Slips in what is typed: a language nobody has, an address that is nearly one on the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError
from newsletter.project import FixedClock, Project
from newsletter.project.readers.doubtful_words import doubtful_words
from newsletter.testing.temporary_store import fresh_store
from tests.unit.site.site_world import NOW

ANNA = "anna.vos@gemeente.example"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "newsletter.toml").write_text(
        '[newsletter]\nname = "Brief"\n[store]\nurl = "sqlite:///newsletter.db"\n'
        '[segments.nederlands]\nwhere = "lang:nll"\n'
    )
    fresh_store(tmp_path).close()
    with Project.open(tmp_path, environment={}, clock=FixedClock(NOW)) as made:
        for email, lang in ((ANNA, "nl"), ("bert@waterschap.example", "en")):
            made.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, lang=lang)
            )
        yield made


@pytest.mark.parametrize("text", ["lang:nll", "-lang:(nll,en)", "nederlands"])
def test_a_language_nobody_has_is_told_with_what_was_meant(project: Project, text: str) -> None:
    assert doubtful_words(project, text) == ['nobody has the language "nll"; did you mean "nl"?']


@pytest.mark.parametrize("text", ["lang:NL", "lang:(nl,en)", "status:active", "-lang:none"])
def test_a_language_somebody_has_is_not_doubted(project: Project, text: str) -> None:
    assert doubtful_words(project, text) == []


@pytest.mark.parametrize(
    "email", ["anna.vos@gemente.example", "ana.vos@gemeente.example", "Anna.Vos@gemeente.example.com"]
)
def test_an_address_that_is_nearly_one_on_the_list_is_told_with_that_one(
    project: Project, email: str
) -> None:
    answer = project.audience.why(email)

    assert (answer.is_mailed, answer.reasons) == (False, (f"not on the list; did you mean {ANNA}?",))
    with pytest.raises(UsageError, match=f"did you mean {ANNA}"):
        project.audience.explain("lang:nl", email)


def test_an_address_like_no_other_is_just_not_on_the_list(project: Project) -> None:
    assert project.audience.why("zoe@elsewhere.example").reasons == ("not on the list",)


def test_an_address_that_is_only_kept_from_being_mailed_is_told_so(project: Project) -> None:
    project.store.subscribers.suppress("zoe@elsewhere.example", SuppressionReason.BOUNCED, NOW)

    assert project.audience.why("zoe@elsewhere.example").reasons == (
        "not on the list",
        "never mailed: bounced, 2026-11-27",
    )
