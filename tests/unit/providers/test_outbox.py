"""Mail as files: each exactly once, and never half."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.config.schema import Config, OutboxConfig, ProviderConfig
from newsletter.errors import ConfigError
from newsletter.protocols import Provider
from newsletter.providers.outbox import open_provider
from newsletter.testing.local_providers import said, send
from newsletter.testing.sample_mailing import sample_attempt, sample_mailing, sample_recipients

READERS = sample_recipients(["A", "B", "C"])


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return open_provider(Config(root=tmp_path))


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("outbox/proef/*") if path.is_file()) + sorted(
        path.name for path in root.glob("outbox/proef/.*")
    )


def test_each_delivery_is_a_file_named_after_it(provider: Provider, tmp_path: Path) -> None:
    send(provider, READERS)

    assert names(tmp_path) == [f"{one.delivery_id}.eml" for one in READERS]


def test_a_repeat_leaves_what_is_there_and_says_accepted(provider: Provider, tmp_path: Path) -> None:
    send(provider, READERS)
    first = tmp_path / "outbox" / "proef" / f"{READERS[0].delivery_id}.eml"
    before = first.stat()

    submission = send(provider, READERS)

    assert said(submission, READERS) == ["accepted"] * 3
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(names(tmp_path)) == 3


def test_two_at_once_make_one_file_each(provider: Provider, tmp_path: Path) -> None:
    shipment = provider.prepare(sample_mailing())
    readers = sample_recipients(["x"] * 40)
    payload = shipment.build(readers, "c.1.1")

    with ThreadPoolExecutor(4) as threads:
        submissions = list(threads.map(shipment.submit, [payload] * 4))

    assert {one.outcome.kind.value for one in submissions} == {"accepted"}
    assert names(tmp_path) == [f"{one.delivery_id}.eml" for one in readers]


def test_evidence_removes_what_a_crash_left_half_written(provider: Provider, tmp_path: Path) -> None:
    send(provider, READERS[:1])
    directory = tmp_path / "outbox" / "proef"
    half = directory / f".{READERS[1].delivery_id}.123.456.tmp"
    half.write_text("half a mail")
    foreign = directory / ".0123.1.1.tmp"
    foreign.write_text("of another batch")

    evidence = provider.prepare(sample_mailing()).evidence(READERS, sample_attempt("c.1.1"))

    assert evidence is not None
    assert said(evidence, READERS) == ["accepted", "not_sent", "not_sent"]
    assert not half.exists()
    assert foreign.exists()


def test_evidence_before_anything_was_sent_says_so(provider: Provider) -> None:
    evidence = provider.prepare(sample_mailing()).evidence(READERS, sample_attempt("c.1.1"))

    assert evidence is not None
    assert said(evidence, READERS) == ["not_sent"] * 3


def test_a_value_with_half_a_character_refuses_that_reader_only(provider: Provider) -> None:
    readers = sample_recipients(["A", "half \ud83d", "C"])

    submission = send(provider, readers)

    assert said(submission, readers) == ["accepted", "rejected", "accepted"]


def test_a_delivery_id_that_is_a_path_is_refused(provider: Provider, tmp_path: Path) -> None:
    readers = (replace(READERS[0], delivery_id="../../evil"),)

    submission = send(provider, readers)

    assert said(submission, readers) == ["rejected"]
    assert not list(tmp_path.glob("**/*evil*"))


@pytest.mark.parametrize("slug", ["", "..", "a/b"])
def test_a_slug_that_is_a_path_is_an_error(provider: Provider, slug: str) -> None:
    mailing = sample_mailing()
    mailing = replace(mailing, rendered=replace(mailing.rendered, slug=slug))

    with pytest.raises(ConfigError, match="name of a directory"):
        provider.prepare(mailing)


def test_an_empty_directory_name_is_an_error(tmp_path: Path) -> None:
    config = Config(root=tmp_path, provider=ProviderConfig(outbox=OutboxConfig(dir=" ")))

    with pytest.raises(ConfigError, match="dir is empty"):
        open_provider(config)


def test_a_probe_tells_a_directory_that_cannot_be_made(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")

    assert provider.probe().kind.value == "halt"
