"""Whatever goes wrong, in whatever order and on however many connections, no outcome lies."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.domain.mailing import Recipient
from newsletter.providers.smtp import open_provider
from newsletter.testing.local_providers import smtp_config
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.smtp_faults import SMTP_FAULTS, FaultySmtp, Then

QUICK = sorted(
    name for name, fault in SMTP_FAULTS.items() if fault.then is not Then.HANG and fault.stage != "AUTH"
)
ROUNDS = 4


@settings(max_examples=25, deadline=None)
@given(
    faults=st.lists(st.sampled_from(QUICK), max_size=6),
    connections=st.integers(1, 4),
    per_connection=st.sampled_from([0, 1, 3]),
    at_once=st.sampled_from([0, 1, 2]),
    pipelines=st.booleans(),
    readers=st.integers(1, 24),
)
def test_nobody_is_mailed_twice_and_nobody_is_said_to_have_mail_who_has_none(
    faults: list[str], connections: int, per_connection: int, at_once: int, pipelines: bool, readers: int
) -> None:
    everybody = sample_recipients(["Jan"] * readers)
    extensions = ("8BITMIME", *(("PIPELINING",) if pipelines else ()))
    with (
        TemporaryDirectory() as work,
        FaultySmtp(
            Path(work) / "journal", extensions=extensions, per_connection=per_connection, at_once=at_once
        ) as server,
    ):
        server.arrange(*faults)
        config = smtp_config(Path(work), server.port, connections=connections, timeout_s=30.0)
        shipment = open_provider(config).prepare(sample_mailing())
        kinds: dict[str, str] = {}
        waiting: tuple[Recipient, ...] = everybody
        for number in range(ROUNDS):
            submission = shipment.submit(shipment.build(waiting, f"c.{number}.1"))
            kinds |= {one.email: submission.of(one.position).kind.value for one in waiting}
            waiting = tuple(one for one in waiting if kinds[one.email] == "not_sent")
        shipment.close()
        taken = [mail.email for mail in server.mails()]

    assert len(taken) == len(set(taken))
    assert set(kinds) == {one.email for one in everybody}
    assert {email for email, kind in kinds.items() if kind == "accepted"} <= set(taken)
    assert set(taken) <= {email for email, kind in kinds.items() if kind in ("accepted", "unknown")}
    if not faults and not at_once:  # else a connection may come before the last one is counted out
        assert set(kinds.values()) == {"accepted"}
