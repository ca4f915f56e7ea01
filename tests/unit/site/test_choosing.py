"""Preferences: what a reader chooses holds, and everything else about them stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import ConfigError
from newsletter.project import FixedClock
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import NOW, Site, make_site
from tests.unit.site.test_subscribing import filled_in, token, waiting

TOPICS = """
[segments.water]
where = "tag:Water"
description = "Water en dijken"
topic = true

[segments.ruimte]
where = "tag:ruimte"
topic = true

[fields.frequency]
[fields.role]
"""
SAVE = {"save": "yes", "lang": "nl", "pause": ""}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = make_site(tmp_path, {ANNA: "nl"}, config=TOPICS)
    with made.project.store.database.writing() as connection:
        from newsletter.store.readers.list_rows import overwrite_subscribers

        anna = made.project.store.subscribers.get(ANNA)
        assert anna is not None
        anna = replace(anna, tags=frozenset({"water", "gemeente"}), fields={"role": "adviseur"})
        overwrite_subscribers(connection, [anna])
    yield made
    made.project.close()


def test_the_page_shows_what_is_chosen_and_changes_nothing(site: Site) -> None:
    before = site.project.store.subscribers.get(ANNA)

    page = site.get(site.links(ANNA)["preferences_url"])

    assert 'name="topic.water" value="yes" checked' in page.text
    assert 'name="topic.ruimte" value="yes">' in page.text
    assert site.project.store.subscribers.get(ANNA) == before


def test_what_is_chosen_holds_and_everything_else_stays(site: Site) -> None:
    answer = site.post(
        site.links(ANNA)["preferences_url"],
        data={"save": "yes", "lang": "en", "topic.ruimte": "yes", "frequency": "seldom", "pause": ""},
    )

    reader = site.project.store.subscribers.get(ANNA)
    assert reader is not None
    assert (answer.status_code, "Saved." in answer.text) == (200, True)
    assert (reader.lang, reader.tags) == ("en", {"ruimte", "gemeente"})
    assert reader.fields == {"role": "adviseur", "frequency": "seldom"}


def test_a_pause_ends_by_itself_when_a_letter_is_planned_after_it(site: Site) -> None:
    link = site.links(ANNA)["preferences_url"]
    site.post(link, data={**SAVE, "pause": "2026-12-24"})
    paused = site.status(ANNA)

    site.project.clock = FixedClock(NOW + timedelta(days=30))
    woken = site.project.choosing.wake()

    assert (paused, woken, site.status(ANNA)) == (SubscriberStatus.PAUSED, 1, SubscriberStatus.ACTIVE)


def test_a_pause_is_taken_back_by_emptying_the_day(site: Site) -> None:
    link = site.links(ANNA)["preferences_url"]
    site.post(link, data={**SAVE, "pause": "2026-12-24"})

    site.post(link, data=SAVE)

    site.project.clock = FixedClock(NOW + timedelta(days=30))
    assert (site.status(ANNA), site.project.choosing.wake()) == (SubscriberStatus.ACTIVE, 0)


@pytest.mark.parametrize(
    "day", ["2026-11-27", "2020-01-01", "2028-01-01", "soon", "2026-02-30", "0000-00-00"]
)
def test_a_pause_there_cannot_be_is_refused_and_nothing_is_saved(site: Site, day: str) -> None:
    answer = site.post(site.links(ANNA)["preferences_url"], data={**SAVE, "lang": "en", "pause": day})

    reader = site.project.store.subscribers.get(ANNA)
    assert reader is not None
    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert (reader.lang, reader.status) == ("nl", SubscriberStatus.ACTIVE)


def test_whoever_left_cannot_come_back_by_choosing(site: Site) -> None:
    links = site.links(ANNA)
    site.post(links["unsubscribe_url"], data={"leave": "yes"})

    answer = site.post(links["preferences_url"], data=SAVE)

    assert (answer.status_code, site.status(ANNA)) == (200, SubscriberStatus.UNSUBSCRIBED)
    assert "Je bent afgemeld" in answer.text


def test_a_pause_is_by_the_clocks_of_the_newsletter(tmp_path: Path) -> None:
    zone = 'timezone = "Pacific/Auckland"\n'
    (tmp_path / "there").mkdir()
    site = make_site(tmp_path / "there", {ANNA: "nl"})
    file = site.project.config.root / "newsletter.toml"
    file.write_text(file.read_text().replace("[store]", zone + "[store]"))
    site.project.close()
    from newsletter.project import Project

    with Project.open(file.parent, environment={}, clock=FixedClock(NOW)) as project:
        subscriber = project.store.subscribers.get(ANNA)
        assert subscriber is not None
        choices = project.choosing.find(subscriber.id)

    assert choices is not None
    assert choices.first_day == date(2026, 11, 29)  # it is the 28th there already


def test_a_topic_that_is_not_one_tag_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = '[segments.water]\nwhere = "tag:water lang:nl"\ntopic = true\n'

    with pytest.raises(ConfigError, match=r"newsletter.toml:\d+: segment \"water\" cannot be a topic"):
        make_site(tmp_path, {}, config=wrong)


def test_a_pause_is_over_for_who_left_and_came_back(site: Site) -> None:
    links = site.links(ANNA)
    site.post(links["preferences_url"], data=SAVE | {"pause": "2026-12-24"})
    site.post(links["unsubscribe_url"], data={"leave": "yes"})
    site.post("/subscribe", data=filled_in(site, email=ANNA))
    site.post(f"/confirm/{token(site, waiting(site)[0])}", data={"confirm": "yes"})

    page = site.get(links["preferences_url"]).text

    assert site.status(ANNA) is SubscriberStatus.ACTIVE
    assert 'value="2026-12-24"' not in page
