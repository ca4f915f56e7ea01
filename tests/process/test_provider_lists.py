"""Lists of whom SES and Postmark do not mail: read whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import DeliveryRefused
from newsletter.protocols import Suppressing
from newsletter.providers import postmark, ses
from newsletter.testing.local_providers import postmark_config, ses_config
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub

THEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesStub]:
    monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
    monkeypatch.setenv("STUB_KEY", SECRET_KEY)
    with SesStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostmarkStub]:
    monkeypatch.setenv("STUB_KEY", SERVER_TOKEN)
    with PostmarkStub(tmp_path / "journal") as stub:
        yield stub


def ses_row(name: str, reason: str = "BOUNCE", moment: float = THEN.timestamp()) -> dict[str, object]:
    return {"EmailAddress": f"{name}@brief.example", "Reason": reason, "LastUpdateTime": moment}


def postmark_row(name: str, reason: str, origin: str = "Recipient", at: str = "") -> dict[str, object]:
    return {
        "EmailAddress": f"{name}@brief.example",
        "SuppressionReason": reason,
        "Origin": origin,
        "CreatedAt": at or "2026-11-24T10:30:00+01:00",
    }


def from_ses(stub: SesStub, root: Path, since: datetime | None = None) -> list[tuple[str, object]]:
    provider = ses.open_provider(ses_config(root, stub.url))
    assert isinstance(provider, Suppressing)
    return [(one.email.partition("@")[0], one.reason) for one in provider.suppressions(since)]


def from_postmark(stub: PostmarkStub, root: Path, since: datetime | None = None) -> list[tuple[str, object]]:
    provider = postmark.open_provider(postmark_config(root, stub.url))
    assert isinstance(provider, Suppressing)
    return [(one.email.partition("@")[0], one.reason) for one in provider.suppressions(since)]


def test_ses_tells_who_bounced_and_who_complained(amazon: SesStub, tmp_path: Path) -> None:
    amazon.suppressed = [ses_row("weg"), ses_row("boos", "COMPLAINT"), ses_row("vreemd", "PONDERED"), {}]

    assert from_ses(amazon, tmp_path) == [
        ("weg", SuppressionReason.BOUNCED),
        ("boos", SuppressionReason.COMPLAINED),
    ]


@pytest.mark.parametrize("count", [0, 1, 1000, 1001, 2500])
def test_the_list_of_ses_is_read_page_after_page_to_the_end(
    amazon: SesStub, tmp_path: Path, count: int
) -> None:
    amazon.suppressed = [ses_row(f"r{number}") for number in range(count)]

    names = [name for name, _ in from_ses(amazon, tmp_path)]

    assert names == [f"r{number}" for number in range(count)]


def test_only_what_is_new_is_read_when_asked_so(amazon: SesStub, tmp_path: Path) -> None:
    amazon.suppressed = [ses_row("oud", moment=THEN.timestamp() - 10), ses_row("nieuw")]

    assert from_ses(amazon, tmp_path, THEN) == [("nieuw", SuppressionReason.BOUNCED)]


def test_postmark_tells_who_left_and_not_what_we_did_ourselves(mark: PostmarkStub, tmp_path: Path) -> None:
    mark.suppressed = [
        postmark_row("weg", "HardBounce"),
        postmark_row("boos", "SpamComplaint"),
        postmark_row("vertrokken", "ManualSuppression"),
        postmark_row("door-ons", "ManualSuppression", "Customer"),
        {"EmailAddress": 7},
        postmark_row("wanneer", "HardBounce", at="gisteren"),
    ]

    assert from_postmark(mark, tmp_path) == [
        ("weg", SuppressionReason.BOUNCED),
        ("boos", SuppressionReason.COMPLAINED),
        ("vertrokken", SuppressionReason.UNSUBSCRIBED),
        ("door-ons", None),
    ]


def test_postmark_is_asked_from_the_day_on(mark: PostmarkStub, tmp_path: Path) -> None:
    mark.suppressed = [
        postmark_row("oud", "HardBounce", at="2026-11-23T10:30:00+01:00"),
        postmark_row("nieuw", "HardBounce"),
    ]

    assert [name for name, _ in from_postmark(mark, tmp_path, THEN)] == ["nieuw"]


def test_a_long_list_of_postmark_comes_whole(mark: PostmarkStub, tmp_path: Path) -> None:
    mark.suppressed = [postmark_row(f"r{number}", "HardBounce") for number in range(12_000)]

    assert len(from_postmark(mark, tmp_path)) == 12_000


@pytest.mark.parametrize("fault", ["500", "502-html", "reset-before-answer", "302", "200-html"])
def test_a_list_that_cannot_be_read_is_told(amazon: SesStub, tmp_path: Path, fault: str) -> None:
    amazon.suppressed = [ses_row(f"r{number}") for number in range(1500)]
    amazon.arrange_at("GET /v2/email/suppression/addresses", "plain", fault)

    with pytest.raises(DeliveryRefused, match="suppression list of SES cannot be read"):
        from_ses(amazon, tmp_path)


@pytest.mark.parametrize("fault", ["401", "500", "502-html", "reset-before-answer", "302", "200-html"])
def test_postmarks_list_that_cannot_be_read_is_told(mark: PostmarkStub, tmp_path: Path, fault: str) -> None:
    mark.arrange_at("GET /message-streams/broadcast/suppressions/dump", fault)

    with pytest.raises(DeliveryRefused, match="Postmark's list of suppressions cannot be read"):
        from_postmark(mark, tmp_path)
