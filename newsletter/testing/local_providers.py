"""Configurations for servers of a test, one way to send, and one look at what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from newsletter.config.schema import (
    Config,
    PostmarkConfig,
    ProviderConfig,
    SendgridConfig,
    SesConfig,
    SmtpConfig,
)
from newsletter.config.secrets import Secret
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Submission
from newsletter.protocols import Provider
from newsletter.testing.sample_mailing import sample_mailing

__all__ = ["postmark_config", "said", "send", "sendgrid_config", "ses_config", "smtp_config"]

_PATIENCE_S = 30.0  # a stub answers at once, but a busy machine may not; who tries a silent one asks for less


def sendgrid_config(root: Path, host: str | None, **settings: Any) -> Config:
    """Return a configuration for SendGrid at `host`; the key is in the environment as STUB_KEY."""
    filled = {"api_key": Secret(reference="env:STUB_KEY"), "timeout_s": _PATIENCE_S, **settings}
    return Config(root=root, provider=ProviderConfig(sendgrid=SendgridConfig(host=host, **filled)))


def ses_config(root: Path, host: str | None, **settings: Any) -> Config:
    """Return a configuration for SES at `host`; the keys are in the environment (STUB_ACCESS, STUB_KEY)."""
    filled = {
        "region": "eu-west-1",
        "access_key": Secret(reference="env:STUB_ACCESS"),
        "secret_key": Secret(reference="env:STUB_KEY"),
        "timeout_s": _PATIENCE_S,
        **settings,
    }
    return Config(root=root, provider=ProviderConfig(ses=SesConfig(host=host, **filled)))


def postmark_config(root: Path, host: str | None, **settings: Any) -> Config:
    """Return a configuration for Postmark at `host`; the token is in the environment as STUB_KEY."""
    filled = {"server_token": Secret(reference="env:STUB_KEY"), "timeout_s": _PATIENCE_S, **settings}
    return Config(root=root, provider=ProviderConfig(postmark=PostmarkConfig(host=host, **filled)))


def smtp_config(root: Path, port: int, **settings: Any) -> Config:
    """Return a configuration for a mail server on `port` of this machine."""
    filled = {"host": "127.0.0.1", "security": "none", "timeout_s": _PATIENCE_S, **settings}
    return Config(root=root, provider=ProviderConfig(smtp=SmtpConfig(port=port, **filled)))


def send(provider: Provider, recipients: Sequence[Recipient], mailing: Mailing | None = None) -> Submission:
    """Send one batch of `mailing` (default: the sample) and close the shipment."""
    shipment = provider.prepare(mailing or sample_mailing())
    try:
        return shipment.submit(shipment.build(recipients, "c7f3.1.1"))
    finally:
        shipment.close()


def said(submission: Submission, recipients: Sequence[Recipient]) -> list[str]:
    """Return the kind of outcome of each recipient."""
    return [submission.of(one.position).kind.value for one in recipients]
