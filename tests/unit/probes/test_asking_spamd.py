"""A spam filter counts only after proof that it looks: against a stub, and against the real one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import CannotAsk
from newsletter.probes.spamd import Spamd
from newsletter.project import Project
from newsletter.testing.local_server import LocalServer, reset
from tests.free_ports import free_ports

ROOT = Path(__file__).parents[3]
LETTER = b"From: a@letter.example\r\nSubject: Kort nieuws\r\n\r\nBeste lezer\r\n"
TABLE = """Content preview: costs
  99.9 EURO is no rule

 pts rule name              description
---- ---------------------- -------------------------------------
-0.1 DKIM_VALID             has a signature
 3.1 SUBJ_ALL_CAPS          BODY: subject in
                            capitals
 0.7 HTML_FONT_LOW_CONTRAST BODY: colour
"""


class StubSpamd:
    """Answers like spamd: GTUBE gets `proof` points, other messages `score`; or as `answer` has it."""

    def __init__(self, *, proof: float = 1000, score: float = 3.7, answer: bytes | None = None) -> None:
        self.proof, self.score, self.raw = proof, score, answer
        self.asked: list[bytes] = []
        self._server = LocalServer(self._serve)

    def __enter__(self) -> StubSpamd:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def spamd(self, patience_s: float = 20) -> Spamd:
        return Spamd("127.0.0.1", self._server.port, lambda _text: None, patience_s)

    def _serve(self, wire: socket.socket) -> None:
        request = b""
        while more := wire.recv(65_536):
            request += more
        head, _, message = request.partition(b"\r\n\r\n")
        self.asked.append(message)
        assert head == f"REPORT SPAMC/1.5\r\nContent-length: {len(message)}".encode()
        if self.raw is not None:
            wire.sendall(self.raw) if self.raw != b"reset" else reset(wire)
            return
        score = self.proof if b"GTUBE-STANDARD" in message else self.score
        wire.sendall(f"SPAMD/1.1 0 EX_OK\r\nSpam: True ; {score} / 5.0\r\n\r\n{TABLE}".encode())


def test_the_verdict_has_the_score_and_the_rules_heaviest_first() -> None:
    with StubSpamd() as stub:
        verdict = stub.spamd().judge(LETTER)

    assert verdict.score == 3.7
    assert [(hit.rule, hit.score) for hit in verdict.hits] == [
        ("SUBJ_ALL_CAPS", 3.1),
        ("HTML_FONT_LOW_CONTRAST", 0.7),
        ("DKIM_VALID", -0.1),
    ]
    assert verdict.hits[0].meaning == "BODY: subject in capitals"


def test_the_proof_goes_first_and_once() -> None:
    with StubSpamd() as stub:
        spamd = stub.spamd()
        spamd.judge(LETTER)
        spamd.judge(LETTER)

    assert [b"GTUBE-STANDARD" in message for message in stub.asked] == [True, False, False]
    assert stub.asked[1:] == [LETTER, LETTER]


def test_a_filter_that_does_not_see_the_proof_was_not_asked() -> None:
    with StubSpamd(proof=0, score=0) as stub, pytest.raises(CannotAsk, match="gives 0 points to a text"):
        stub.spamd().judge(LETTER)

    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"reset",
        b"SPAMD/1.0 76 Bad header line\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nSpam: True ; 1000 / 5",
        b"SPAMD/1.1 0 EX_OK\r\nSpam: maybe\r\n\r\n",
        b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1000.0 / 5.0\r\n",
    ],
)
def test_an_answer_that_is_no_verdict_is_never_passed(answer: bytes) -> None:
    with (
        StubSpamd(answer=answer) as stub,
        pytest.raises(CannotAsk, match=r"gives no verdict|does not answer"),
    ):
        stub.spamd().judge(LETTER)


def test_a_filter_that_says_nothing_is_left_at_the_deadline() -> None:
    silent = LocalServer(lambda wire: wire.recv(1) and silent.stopping.wait() and None)
    silent.start()
    try:
        with pytest.raises(CannotAsk, match="does not answer: timed out"):
            Spamd("127.0.0.1", silent.port, lambda _text: None, 0.2).judge(LETTER)
    finally:
        silent.stop()


def test_a_filter_that_dies_after_its_proof_gives_no_verdict() -> None:
    with StubSpamd() as stub:
        spamd = stub.spamd()
        spamd.judge(LETTER)

    with pytest.raises(CannotAsk, match="does not answer: connection refused"):
        spamd.judge(LETTER)


def test_no_filter_says_what_to_start() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        spamd = Spamd.at(f"127.0.0.1:{taken.getsockname()[1]}", lambda _text: None)
        with pytest.raises(CannotAsk, match="connection refused\n  fix: start spamd"):
            spamd.judge(LETTER)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
def test_any_answer_is_a_verdict_or_refused(answer: bytes) -> None:
    if answer == b"reset":
        return
    with StubSpamd(answer=answer) as stub, pytest.raises(CannotAsk):
        stub.spamd().judge(LETTER)


# --- the real one -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Spamd]]:
    """Start SpamAssassin's daemon, without network tests, on a free port."""
    program = shutil.which("spamd") or shutil.which("spamd", path="/usr/sbin")
    if program is None:
        reason = "spamd is not installed; on Debian: apt-get install spamd"
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    (port,) = free_ports(1)
    home = tmp_path_factory.mktemp("spamd")
    options = [
        "-L",
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "--max-children",
        "1",
        "-H",
        str(home),
        "-s",
        "stderr",
    ]
    process = subprocess.Popen([program, *options], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "server started on" in line:
            break
    else:
        pytest.fail("".join(lines))
    yield lambda: Spamd("127.0.0.1", port, lambda _text: None)
    process.terminate()
    process.communicate(timeout=60)


def _message(root: Path, slug: str) -> bytes:
    with Project.open(root, environment={}) as project:
        return project.issues.message(project.issues.find(slug))


@pytest.mark.spamd
def test_spamd_finds_almost_nothing_in_the_sample_letter(spamd: Callable[[], Spamd]) -> None:
    verdict = spamd().judge(_message(ROOT, "2026-11-24-appgroep"))

    assert verdict.score < 2
    assert {hit.rule for hit in verdict.hits if hit.score > 0} <= {"HTML_FONT_LOW_CONTRAST"}


@pytest.mark.spamd
def test_spamd_calls_a_letter_spam_that_carries_gtube(spamd: Callable[[], Spamd], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    shutil.copy(ROOT / "newsletter.toml", tmp_path)
    (tmp_path / "issues").mkdir()
    gtube = "XJS\\*C4JDBQADN1.NSBN3\\*2IDNEN\\*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL\\*C.34X"
    letter = f"---\nsubject: Kort nieuws\n---\nBeste lezer,\n\n{gtube}\n"
    (tmp_path / "issues/2026-11-24-kort.md").write_text(letter)

    verdict = spamd().judge(_message(tmp_path, "2026-11-24-kort"))

    assert verdict.score > 900
    assert "GTUBE" in {hit.rule for hit in verdict.hits}
