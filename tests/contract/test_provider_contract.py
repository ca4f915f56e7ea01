"""Every provider passes the same contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest

from newsletter.config.schema import Config, OutboxConfig, ProviderConfig, SendgridConfig, SmtpConfig
from newsletter.config.secrets import Secret
from newsletter.plugins import load_plugin
from newsletter.protocols import Provider
from newsletter.testing.local_providers import postmark_config, ses_config
from newsletter.testing.postmark_stub import SERVER_TOKEN, PostmarkStub
from newsletter.testing.provider_contract import (
    ContentContract,
    Peer,
    SilenceContract,
    Trouble,
    TroubleContract,
)
from newsletter.testing.received import ReceivedMail, read_message
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from newsletter.testing.ses_stub import ACCESS_KEY, SECRET_KEY, SesStub
from newsletter.testing.smtp_faults import FaultySmtp
from newsletter.testing.smtp_stub import SmtpStub
from tests.patience import LONG_S


def open_provider(name: str, root: Path, provider: ProviderConfig) -> Provider:
    opened: Provider = load_plugin("newsletter.providers", name)(Config(root=root, provider=provider))
    return opened


class OutboxPeer:
    def __init__(self, root: Path) -> None:
        self._root = root
        self.provider = open_provider("outbox", root, ProviderConfig(outbox=OutboxConfig(dir="uit")))

    def mails(self) -> Sequence[ReceivedMail]:
        files = sorted(self._root.glob("uit/*/*.eml"))
        return tuple(read_message(file.read_bytes(), _address(file.read_bytes())) for file in files)

    def arrange(self, trouble: Trouble) -> None:
        assert trouble is Trouble.REFUSES_US
        (self._root / "uit").write_text("a file where the directory should be")


def _address(message: bytes) -> str:
    return message.partition(b"\nTo: ")[2].partition(b"\r\n")[0].decode()


class TestOutbox(ContentContract):
    @pytest.fixture
    def peer(self, tmp_path: Path) -> Peer:
        return OutboxPeer(tmp_path)


class SendgridPeer:
    FAULTS: ClassVar = {
        Trouble.REFUSES_US: "401",
        Trouble.IS_BUSY: "429-seconds",
        Trouble.REFUSES_FIRST: "400-first",
        Trouble.LOSES_ANSWER: "accepted-reset",
        Trouble.LOSES_MAIL: "reset-before-answer",
        Trouble.TALKS_NONSENSE: "accepted-garbage",
        Trouble.GOES_SILENT: "accepted-hang",
    }

    def __init__(
        self, stub: SendgridStub, root: Path, stop: Callable[[], None], timeout_s: float = LONG_S
    ) -> None:
        settings = SendgridConfig(
            api_key=Secret(reference="env:STUB_KEY"), host=stub.url, timeout_s=timeout_s
        )
        self.provider = open_provider("sendgrid", root, ProviderConfig(sendgrid=settings))
        self._stub = stub
        self._stop = stop

    def mails(self) -> Sequence[ReceivedMail]:
        return self._stub.mails()

    def arrange(self, trouble: Trouble) -> None:
        if trouble is Trouble.IS_AWAY:
            self._stop()
        else:
            self._stub.arrange(self.FAULTS[trouble])


class TestSendgrid(ContentContract, TroubleContract):
    @pytest.fixture
    def peer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
        monkeypatch.setenv("STUB_KEY", API_KEY)
        with ExitStack() as stack:
            stub = stack.enter_context(SendgridStub(tmp_path / "journal"))
            yield SendgridPeer(stub, tmp_path, stack.close)


class SesPeer:
    FAULTS: ClassVar = {
        Trouble.REFUSES_US: "AccountSuspendedException",
        Trouble.IS_BUSY: "TooManyRequestsException",
        Trouble.REFUSES_FIRST: "MessageRejected",
        Trouble.LOSES_ANSWER: "accepted-reset",
        Trouble.LOSES_MAIL: "reset-before-answer",
        Trouble.TALKS_NONSENSE: "accepted-garbage",
        Trouble.GOES_SILENT: "accepted-hang",
    }

    def __init__(
        self, stub: SesStub, root: Path, stop: Callable[[], None], timeout_s: float = LONG_S
    ) -> None:
        config = ses_config(root, stub.url, timeout_s=timeout_s)
        self.provider = load_plugin("newsletter.providers", "ses")(config)
        self._stub = stub
        self._stop = stop

    def mails(self) -> Sequence[ReceivedMail]:
        return self._stub.mails()

    def arrange(self, trouble: Trouble) -> None:
        if trouble is Trouble.IS_AWAY:
            self._stop()
        else:
            self._stub.arrange(self.FAULTS[trouble])


class TestSes(ContentContract, TroubleContract):
    @pytest.fixture
    def peer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
        monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
        monkeypatch.setenv("STUB_KEY", SECRET_KEY)
        with ExitStack() as stack:
            stub = stack.enter_context(SesStub(tmp_path / "journal"))
            yield SesPeer(stub, tmp_path, stack.close)


class PostmarkPeer:
    FAULTS: ClassVar = {
        Trouble.REFUSES_US: "401",
        Trouble.IS_BUSY: "429",
        Trouble.REFUSES_FIRST: "first-406",
        Trouble.LOSES_ANSWER: "accepted-reset",
        Trouble.LOSES_MAIL: "reset-before-answer",
        Trouble.TALKS_NONSENSE: "accepted-garbage",
        Trouble.GOES_SILENT: "accepted-hang",
    }

    def __init__(
        self, stub: PostmarkStub, root: Path, stop: Callable[[], None], timeout_s: float = LONG_S
    ) -> None:
        config = postmark_config(root, stub.url, timeout_s=timeout_s)
        self.provider = load_plugin("newsletter.providers", "postmark")(config)
        self._stub = stub
        self._stop = stop

    def mails(self) -> Sequence[ReceivedMail]:
        return self._stub.mails()

    def arrange(self, trouble: Trouble) -> None:
        if trouble is Trouble.IS_AWAY:
            self._stop()
        else:
            self._stub.arrange(self.FAULTS[trouble])


class TestPostmark(ContentContract, TroubleContract):
    @pytest.fixture
    def peer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
        monkeypatch.setenv("STUB_KEY", SERVER_TOKEN)
        with ExitStack() as stack:
            stub = stack.enter_context(PostmarkStub(tmp_path / "journal"))
            yield PostmarkPeer(stub, tmp_path, stack.close)


class SmtpPeer:
    """aiosmtpd; the trouble it cannot make comes from a server on bare sockets with the same journal."""

    FAULTS: ClassVar = {
        Trouble.REFUSES_US: "MAIL-550",
        Trouble.IS_BUSY: "MAIL-451",
        Trouble.REFUSES_FIRST: "RCPT-550",
        Trouble.LOSES_ANSWER: "accepted-reset",
        Trouble.LOSES_MAIL: "end-reset",
        Trouble.TALKS_NONSENSE: "accepted-garbage",
        Trouble.GOES_SILENT: "accepted-hang",
    }

    def __init__(
        self, stub: SmtpStub | FaultySmtp, root: Path, stop: Callable[[], None], timeout_s: float = LONG_S
    ) -> None:
        settings = SmtpConfig(host="127.0.0.1", port=stub.port, security="none", timeout_s=timeout_s)
        self.provider = open_provider("smtp", root, ProviderConfig(smtp=settings))
        self._stub = stub
        self._stop = stop

    def mails(self) -> Sequence[ReceivedMail]:
        return self._stub.mails()

    def arrange(self, trouble: Trouble) -> None:
        if trouble is Trouble.IS_AWAY:
            self._stop()
        else:
            assert isinstance(self._stub, FaultySmtp)
            self._stub.arrange(self.FAULTS[trouble])


class TestSmtp(ContentContract, TroubleContract):
    @pytest.fixture
    def peer(self, tmp_path: Path) -> Iterator[Peer]:
        with ExitStack() as stack:
            stub = stack.enter_context(FaultySmtp(tmp_path / "journal"))
            yield SmtpPeer(stub, tmp_path, stack.close)


class TestSmtpWithAiosmtpd(ContentContract):
    @pytest.fixture
    def peer(self, tmp_path: Path) -> Iterator[Peer]:
        with ExitStack() as stack:
            stub = stack.enter_context(SmtpStub(tmp_path / "journal"))
            yield AiosmtpdPeer(stub, tmp_path, stack.close)


class AiosmtpdPeer(SmtpPeer):
    def arrange(self, trouble: Trouble) -> None:
        assert trouble is Trouble.REFUSES_US
        assert isinstance(self._stub, SmtpStub)
        self._stub.refuse_sender = True


class TestSilence(SilenceContract):
    @pytest.fixture(params=["sendgrid", "ses", "postmark", "smtp"])
    def peer(
        self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Peer]:
        monkeypatch.setenv("STUB_ACCESS", ACCESS_KEY)
        keys = {"sendgrid": API_KEY, "ses": SECRET_KEY, "postmark": SERVER_TOKEN, "smtp": ""}
        monkeypatch.setenv("STUB_KEY", keys[request.param])
        made = {
            "sendgrid": (SendgridStub, SendgridPeer),
            "ses": (SesStub, SesPeer),
            "postmark": (PostmarkStub, PostmarkPeer),
            "smtp": (FaultySmtp, SmtpPeer),
        }
        stub_type, peer_type = made[request.param]
        with ExitStack() as stack:
            stub = stack.enter_context(stub_type(tmp_path / "journal"))
            yield peer_type(stub, tmp_path, stack.close, timeout_s=0.5)
