"""Coming and going by one's own wish: asked, confirmed, withdrawn, and nobody learns who is on the list."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import pytest

from newsletter.audience.opt_in import ConfirmationKind
from newsletter.domain.address import address_key
from newsletter.domain.consent import ConsentKind, Origin
from newsletter.domain.person_hash import person_hash
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import ConfigError, ContentError
from newsletter.project import Project
from newsletter.testing.fake_clock import FakeClock

CONFIG = """
[newsletter]
name = "Brief aan de gemeente"
lang = "nl"
postal_address = "Postbus 1, 1000 AA Amsterdam"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
[fields.role]
"""
FORM = Origin(source="https://brief.example/subscribe", ip="192.0.2.7", user_agent="Browser/1")
DAY = 86_400.0


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def project(tmp_path, clock):
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    with Project.open(tmp_path, clock=clock) as project:
        yield project


def mails(project):
    files = sorted((project.config.root / "outbox").rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def link_in(mail):
    return re.search(r"https://brief\.example/confirm/(\S+)", text_of(mail))[1]


def ask(project, email="anna@gemeente.example", **more):
    project.consent.request(email, **({"lang": "nl", "origin": FORM} | more))


def ask_and_get_link(project, email="anna@gemeente.example", **more):
    ask(project, email, **more)
    before = len(mails(project))
    project.post.deliver()
    fresh = [one for one in mails(project) if one["To"] == email]
    assert len(mails(project)) == before + 1
    return link_in(fresh[-1])


def kinds(project, email="anna@gemeente.example"):
    hashed = person_hash(project.store.person_key, address_key(email))
    return [event.kind for event, _ in project.store.consent.history(hashed)]


def status(project, email="anna@gemeente.example"):
    found = project.store.subscribers.get(email)
    return found and found.status


def test_who_asks_and_confirms_is_on_the_list_with_what_they_chose(project, clock):
    token = ask_and_get_link(project, fields={"role": "adviseur"}, tags=["gemeente"])
    assert status(project) is SubscriberStatus.PENDING
    clock.sleep(60)

    answer = project.consent.confirm(token, FORM)

    anna = project.store.subscribers.get("anna@gemeente.example")
    assert answer.kind is ConfirmationKind.CONFIRMED
    assert (anna.status, anna.fields, anna.tags) == (
        SubscriberStatus.ACTIVE,
        {"role": "adviseur"},
        frozenset({"gemeente"}),
    )
    assert anna.confirmed == clock.now()
    assert kinds(project) == [ConsentKind.REQUESTED, ConsentKind.CONFIRMED]
    assert project.consent.faults() == []


def test_the_mail_says_what_is_asked_in_the_readers_language_and_has_no_link_to_leave(project):
    ask(project)
    ask(project, "bob@city.example", lang="en-GB")
    project.post.deliver()

    dutch, english = (
        next(m for m in mails(project) if m["To"] == to)
        for to in ("anna@gemeente.example", "bob@city.example")
    )
    assert dutch["Subject"] == "Bevestig je inschrijving voor Brief aan de gemeente"
    assert english["Subject"] == "Confirm that you want Brief aan de gemeente"
    assert dutch["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in dutch
    for mail in (dutch, english):
        whole = text_of(mail) + mail.get_body(("html",)).get_content()
        assert "unsubscribe" not in whole
        assert "{{" not in whole
        assert "Postbus 1" in whole


def test_the_log_keeps_the_words_of_the_form_and_of_the_mail_as_they_were(project):
    token = ask_and_get_link(project)
    own = project.config.root / "templates" / "consent" / "confirm.nl.md"
    own.parent.mkdir(parents=True)
    own.write_text("---\nslug: c\nsubject: Anders\n---\nAndere woorden {{ confirm_url }}\n")

    project.consent.confirm(token, FORM)

    hashed = person_hash(project.store.person_key, "anna@gemeente.example")
    texts = [
        project.store.consent.wording(event.wording_digest).text
        for event, _ in project.store.consent.history(hashed)
    ]
    assert texts[0].startswith("Ik wil Brief aan de gemeente per e-mail ontvangen.")
    assert "Iemand, waarschijnlijk jij" in texts[1]


def test_confirming_twice_is_no_error_and_changes_nothing(project):
    token = ask_and_get_link(project)
    project.consent.confirm(token, FORM)

    assert project.consent.confirm(token, FORM).kind is ConfirmationKind.ALREADY
    assert len(kinds(project)) == 2


def test_a_forged_token_confirms_nobody(project):
    token = ask_and_get_link(project)

    for wrong in ("", "x", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase()):
        assert project.consent.confirm(wrong, FORM).kind is ConfirmationKind.INVALID
    assert status(project) is SubscriberStatus.PENDING


def test_a_link_that_is_too_old_confirms_nobody(project, clock):
    token = ask_and_get_link(project)
    clock.jump(7 * DAY)

    assert project.consent.confirm(token, FORM).kind is ConfirmationKind.EXPIRED
    assert status(project) is SubscriberStatus.PENDING


def test_an_address_gets_one_mail_a_day_and_three_a_week(project, clock):
    for _ in range(12):
        ask(project)
        project.post.deliver()
        clock.jump(DAY / 2)

    assert len(mails(project)) == 3


@pytest.mark.parametrize("known", [SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED])
def test_who_is_on_the_list_gets_no_mail_and_the_log_still_says_that_somebody_asked(project, known):
    project.store.subscribers.add(
        Subscriber(id=0, email="anna@gemeente.example", key="anna@gemeente.example", status=known)
    )

    ask(project, tags=["evil"])
    project.post.deliver()

    assert mails(project) == []
    assert status(project) is known
    assert project.store.subscribers.get("anna@gemeente.example").tags == frozenset()
    assert kinds(project) == [ConsentKind.REQUESTED]


@pytest.mark.parametrize(
    "gone", [SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUSPENDED, SubscriberStatus.COMPLAINED]
)
def test_who_left_comes_back_by_their_own_confirmation_and_only_then(project, clock, gone):
    project.store.subscribers.add(
        Subscriber(
            id=0, email="anna@gemeente.example", key="anna@gemeente.example", status=SubscriberStatus.ACTIVE
        )
    )
    project.store.subscribers.set_status("anna@gemeente.example", gone, clock.now())
    token = ask_and_get_link(project)
    assert status(project) is gone

    project.consent.confirm(token, FORM)

    assert status(project) is SubscriberStatus.ACTIVE
    assert project.store.subscribers.suppression("anna@gemeente.example") is None


def test_whom_the_author_never_mails_cannot_come_back_by_a_form(project, clock):
    project.store.subscribers.suppress("anna@gemeente.example", SuppressionReason.MANUAL, clock.now())

    ask(project)
    project.post.deliver()

    assert mails(project) == []
    assert status(project) is None


def test_an_old_link_does_not_bring_back_who_left(project):
    token = ask_and_get_link(project)
    who = project.consent.confirm(token, FORM).subscriber_id

    assert project.consent.withdraw(who, FORM) is True
    assert project.consent.withdraw(who, FORM) is False
    assert project.consent.confirm(token, FORM).kind is ConfirmationKind.LEFT
    assert status(project) is SubscriberStatus.UNSUBSCRIBED
    assert kinds(project) == [ConsentKind.REQUESTED, ConsentKind.CONFIRMED, ConsentKind.WITHDRAWN]


def test_who_leaves_before_the_mail_is_out_gets_none(project):
    ask(project)
    project.consent.withdraw_email("Anna@Gemeente.example", FORM)

    report = project.post.deliver()

    assert (report.accepted, mails(project)) == (0, [])


@pytest.mark.parametrize("email", ["", "anna", "anna@", "a@b@c.example", "x" * 5000, "anna@gemeente\x00.nl"])
def test_what_is_no_address_is_taken_as_any_other_and_comes_to_nothing(project, email):
    assert project.consent.request(email, lang="nl", origin=FORM) is None
    assert project.store.subscribers.counts() == {}


def test_a_hostile_browser_says_what_it_likes_of_itself(project):
    hostile = Origin(source="https://x.example/\r\nBcc: a@b.example", user_agent="\x00\ud800" * 9999)

    ask(project, origin=hostile, lang="../../etc/passwd")
    project.post.deliver()

    assert [mail["To"] for mail in mails(project)] == ["anna@gemeente.example"]
    assert project.consent.faults() == []


def test_without_an_address_of_the_site_no_mail_is_sent_and_the_author_is_told(tmp_path, clock):
    (tmp_path / "newsletter.toml").write_text(CONFIG.replace("base_url", "# base_url"))
    with Project.open(tmp_path, clock=clock) as project:
        ask(project)

        with pytest.raises(ConfigError, match="base_url"):
            project.post.deliver()


def test_a_text_of_their_own_with_an_unknown_slot_is_told_with_its_line(project):
    own = project.config.root / "templates" / "consent" / "confirm.nl.md"
    own.parent.mkdir(parents=True)
    own.write_text("---\nslug: c\nsubject: Anders\n---\nHallo {{ first_name }}\n")
    ask(project)

    with pytest.raises(ContentError, match=r"confirm\.nl\.md:5.*first_name"):
        project.post.deliver()
