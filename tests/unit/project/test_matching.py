"""From a letter that left to the answer that came in: the Message-ID in between is enough."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

from replies_world import a_newsletter, answer_to, letters, take_in


def test_an_answer_finds_its_letter_and_its_reader_and_a_strangers_only_the_letter(tmp_path: Path) -> None:
    with a_newsletter(tmp_path) as project:
        letter = letters(tmp_path)["wilma@gemeente.example"]

        own = project.replies.get(take_in(project, answer_to(letter, "Wilma <wilma@gemeente.example>"))).facts
        other = project.replies.get(take_in(project, answer_to(letter, "x@elders.example"))).facts
        later = project.replies.get(take_in(project, _new_mail("jan@gemeente.example"))).facts

    assert ("groepen", 1.0, 1, 1.0, None) == (
        own.issue, own.issue_conf, own.subscriber_id, own.sub_conf, own.via_subscriber_id,
    )  # fmt: skip
    assert ("groepen", 1, 0.5, 1) == (
        other.issue,
        other.subscriber_id,
        other.sub_conf,
        other.via_subscriber_id,
    )
    assert ("groepen", "sender-subject", 2) == (later.issue, later.match_rule, later.subscriber_id)
    assert own.match_evidence[0][1] in message_from_bytes(letter)["Message-ID"]


def _new_mail(sender: str) -> bytes:
    return (
        f"From: {sender}\r\nTo: renata@brief.example\r\nSubject: Antw: wie beheert jullie groepen?\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0100\r\n\r\nWij.\r\n"
    ).encode()
