"""A mail is what it is: every person's stays a person's, and every machine's is found."""

from __future__ import annotations

import pytest
from mail_files import known_mails

from newsletter.domain.inbound import Classified, InboundKind
from newsletter.replies.classify import classify
from newsletter.replies.mime import read_mail

_FILES = (
    "bounces.txt",
    "automatic.txt",
    "human.txt",
    "harder.txt",
    "held_out.txt",
    "odd_bounces.txt",
    "odd_people.txt",
    "odd_filters.txt",
)
_OURS = ("Wil je als organisatie wel op social media?",)


def _classified(raw: str, *subjects: str) -> Classified:
    return classify(read_mail(raw.encode()), subjects=subjects)


def test_there_are_mails_enough() -> None:
    kinds = [mail.kind for mail in known_mails(*_FILES)]

    assert len(kinds) >= 240
    assert kinds.count("human") >= 110
    assert set(kinds) == set(InboundKind)


@pytest.mark.parametrize("subjects", [(), _OURS], ids=["alone", "with-our-subjects"])
@pytest.mark.parametrize("file", _FILES)
def test_each_mail_is_what_it_is(file: str, subjects: tuple[str, ...]) -> None:
    wrong = [
        (mail.name, found.kind, found.sub_kind, found.evidence)
        for mail in known_mails(file)
        if (found := classify(read_mail(mail.raw), subjects=subjects)).kind != mail.kind
        or (found.sub_kind or "") != mail.sub_kind
    ]

    assert wrong == []


def test_the_evidence_says_why() -> None:
    found = _classified(
        "From: a@b.example\nSubject: Automatisch antwoord: Zomer\nAuto-Submitted: auto-replied\n\n"
        "Ik ben tot maandag afwezig."
    )

    by_rules = [one for one in found.evidence if one.rule != "wording"]
    assert [(one.kind, one.rule, one.excerpt) for one in by_rules] == [
        ("out_of_office", "header:auto-submitted", "auto-replied"),
        ("out_of_office", "subject:away", "Automatisch antwoord:"),
        ("out_of_office", "words:away", "Ik ben tot maandag afwezig"),
    ]
    assert found.confidence >= 0.9


@pytest.mark.parametrize(
    "field",
    [
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "Precedence: list",
        "Return-Path: <>",
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "X-Spam-Flag: NO",
        "List-Id: <x.example>",
    ],
)
def test_a_field_that_people_s_mail_has_too_is_no_sign(field: str) -> None:
    found = _classified(f"From: a@b.example\nSubject: Re: Zomer\n{field}\n\nMooi stuk.")

    assert found.kind is InboundKind.HUMAN


def test_our_own_subject_behind_the_words_of_an_absence_is_enough() -> None:
    raw = "From: a@b.example\nSubject: Afwezig: Een vraag over de zomer\n\nTot dan."

    alone, with_ours = _classified(raw), _classified(raw, "Een vraag over de zomer")

    assert (alone.kind, with_ours.kind) == (InboundKind.HUMAN, InboundKind.OUT_OF_OFFICE)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Vakantie: Een vraag over de zomer", "out_of_office"),
        ("Abwesend: Een vraag over de zomer", "out_of_office"),
        ("Ontvangen: Een vraag over de zomer", "acknowledgement"),
        ("Re: Een vraag over de zomer", "human"),
        ("Vakantie en een vraag over de zomer", "human"),
    ],
)
def test_what_stands_before_our_own_subject_tells_a_machine(subject: str, expected: str) -> None:
    text = "Dit is een automatisch bericht." if expected == "acknowledgement" else "Ik zit op Texel."

    found = _classified(f"From: a@b.example\nSubject: {subject}\n\n{text}", "Een vraag over de zomer")

    assert found.kind == expected


def test_an_answer_that_a_filter_holds_for_spam_stays_a_persons() -> None:
    found = _classified(
        "From: a@b.example\nSubject: Re: Zomer\nX-Spam-Flag: YES\nIn-Reply-To: <1@b.example>\n\nJa!"
    )

    assert found.kind is InboundKind.HUMAN
    assert [one.rule for one in found.evidence if one.rule != "wording"] == ["filter:x-spam-flag"]


def test_what_is_quoted_is_not_what_the_writer_says() -> None:
    found = _classified(
        "From: a@b.example\nSubject: Ontvangstbevestiging\n\nWat vind je hiervan?\n"
        "> Wij hebben uw bericht ontvangen. Dit is een automatisch bericht.\n"
        '"U krijgt binnen vijf dagen antwoord."'
    )

    assert found.kind is InboundKind.HUMAN


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("not-spam", "acknowledgement"),
        ("auth-failure", "acknowledgement"),
    ],
)
def test_feedback_is_a_complaint_when_somebody_complains(feedback: str, expected: str) -> None:
    found = _classified(
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {feedback}\n--b--\n"
    )

    assert found.kind == expected


def test_a_report_about_our_domain_is_not_about_a_letter() -> None:
    found = _classified(
        "From: noreply-dmarc@isp.example\nSubject: Report domain: brief.example Submitter: isp.example "
        "Report-ID: <1>\n\n"
    )

    assert found.kind is InboundKind.ACKNOWLEDGEMENT
