"""Explaining segments: clauses with their numbers, and why one reader is in or out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.testing.ledger_samples import a_campaign, accepted, members, submit_next

CONFIG = """[newsletter]
name = "Brief"
postal_address = "Kade 12, Zwolle"
base_url = "https://brief.example"
[sender]
from = "An <an@brief.example>"
[fields.role]
[segments.gemeenten]
where = "tag:gemeente"
[segments.dutch]
where = "segment:gemeenten lang:nl"
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Yield a newsletter with readers R1 to R4: the last is at no municipality, the third has left."""
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    with Project.open(tmp_path, environment={}) as made:
        for one, lang, tag in zip(
            members(4), ("nl", "en", "nl", "nl"), ("gemeente",) * 3 + ("rijk",), strict=True
        ):
            made.store.subscribers.add(
                Subscriber(
                    id=0, email=one.email, key=one.key, status=SubscriberStatus.ACTIVE, lang=lang,
                    tags=frozenset({tag}), fields={"role": "adviseur"},
                )
            )  # fmt: skip
        made.audience.unsubscribe("r3@brief.example")
        yield made


def numbers(project: Project, text: str) -> list[tuple[int, str, int, int | None]]:
    return [(one.depth, one.text, one.count, one.so_far) for one in project.audience.explain(text)]


def test_each_clause_has_its_own_number_and_what_is_left_so_far(project: Project) -> None:
    assert numbers(project, "lang:nl -tag:rijk (role:adviseur OR lang:en)") == [
        (0, "lang:nl -tag:rijk (role:adviseur OR lang:en)", 1, None),
        (1, "lang:nl", 2, 2),
        (1, "-tag:rijk", 2, 1),
        (2, "tag:rijk", 1, None),
        (1, "role:adviseur OR lang:en", 3, 1),
        (2, "role:adviseur", 3, 3),
        (2, "lang:en", 1, 3),
    ]


def test_a_clause_beside_a_status_counts_readers_of_that_status_too(project: Project) -> None:
    project.store.subscribers.set_status("r2@brief.example", SubscriberStatus.PAUSED, project.clock.now())

    assert numbers(project, "status:paused tag:gemeente") == [
        (0, "status:paused tag:gemeente", 1, None),
        (1, "status:paused", 1, 1),
        (1, "tag:gemeente", 2, 1),
    ]


def test_for_one_reader_each_clause_says_what_they_have(project: Project) -> None:
    clauses = project.audience.explain("segment:dutch confirmed>1y -received:any", "R2@brief.example")

    assert [(one.text, one.matches, one.because) for one in clauses] == [
        ("segment:dutch confirmed>1y -received:any", False, ""),
        ("segment:dutch", False, ""),
        ("segment:gemeenten lang:nl", False, ""),
        ("segment:gemeenten", True, ""),
        ("tag:gemeente", True, "tag is gemeente"),
        ("lang:nl", False, "lang is en"),
        ("confirmed>1y", False, "no confirmed"),
        ("-received:any", True, "received none of these"),
        ("received:any", False, "received none of these"),
    ]


def test_why_names_the_clause_through_which_a_reader_is_in_or_out(project: Project) -> None:
    answer = project.audience.why("r2@brief.example")

    assert answer.is_mailed
    assert answer.reasons[-2:] == (
        "in gemeenten: tag:gemeente (tag is gemeente)",
        "not in dutch: lang:nl (lang is en)",
    )


def test_why_tells_who_left_that_they_are_never_mailed_again(project: Project) -> None:
    answer = project.audience.why("r3@brief.example", "dutch")

    assert not answer.is_mailed
    assert "never mailed again: unsubscribed" in answer.reasons[-2]
    assert answer.reasons[-1] == "not in dutch: status is unsubscribed"


def test_why_says_where_the_mail_of_a_campaign_stands_or_why_there_is_none(project: Project) -> None:
    project.store.ledger.plan(a_campaign(), members(1))
    project.store.ledger.change("c1", CampaignEvent.RUN)
    submit_next(project.store, accepted())

    inside = project.audience.why("r1@brief.example", campaign="c1")
    outside = project.audience.why("r4@brief.example", campaign="c1")

    assert (inside.is_mailed, inside.reasons[-1]) == (True, "campaign c1 (herfst): accepted")
    assert (outside.is_mailed, outside.reasons[-2:]) == (
        False,
        ("campaign c1 (herfst): no mail for this reader", "not in gemeenten: tag:gemeente (tag is rijk)"),
    )
    with pytest.raises(UsageError, match='there is no campaign "c9"'):
        project.audience.why("r1@brief.example", campaign="c9")


def test_a_reader_nobody_knows_is_told_to_be_none(project: Project) -> None:
    assert project.audience.why("bob@brief.example").reasons == ("not on the list",)
    with pytest.raises(UsageError, match=r"bob@brief\.example is not on the list"):
        project.audience.explain("tag:gemeente", "bob@brief.example")
