"""Messages of Amazon SNS, by which SES reports: whether Amazon signed them, and what is inside.

Anybody can have a topic at SNS and get Amazon's signature on anything, so the topic must be ours. The
certificate comes from an address in the message itself, which must be one of SNS: `s3.amazonaws.com` is
Amazon's too, and everybody's.
Source: "Verifying the signatures of Amazon SNS messages" in the SNS Developer Guide.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newsletter.protocols import EventNotVerifiable, EventRefused
from newsletter.providers.event_facts import iso_moment

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

__all__ = ["CONFIRMATION", "NOTIFICATION", "SnsVerifier", "is_sns_url"]

NOTIFICATION: Final = "Notification"
CONFIRMATION: Final = "SubscriptionConfirmation"
_HOST = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9a-f]{8,64}\.pem")
_SIGNED_FIELDS = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_OLDEST = timedelta(hours=96)
_AHEAD = timedelta(minutes=15)
_MOST_A_MINUTE = 10


class SnsVerifier:
    """Sees that messages are Amazon's and about one topic; keeps the certificates it fetched."""

    def __init__(self, topic: str, fetch: Callable[[str], bytes]) -> None:
        """Believe messages about `topic` (an ARN); `fetch` gets a certificate. It may raise OSError."""
        self._topic = topic
        self._fetch = fetch
        self._certificates: dict[str, Certificate] = {}
        self._fetched: list[datetime] = []

    def verify(self, message: Mapping[str, object], now: datetime) -> None:
        """See that `message` is signed, about the topic and not old. Raises EventRefused."""
        kind = str(message.get("Type"))
        fields = _SIGNED_FIELDS.get("SubscriptionConfirmation" if kind == "UnsubscribeConfirmation" else kind)
        if fields is None:
            raise EventRefused("this is no message of Amazon SNS")
        if message.get("TopicArn") != self._topic:
            raise EventRefused("the message is about another topic than [provider.ses] topic")
        self._check_signature(message, fields, now)
        moment = iso_moment(message.get("Timestamp"))
        if moment is None or not now - _OLDEST <= moment <= now + _AHEAD:
            raise EventRefused("the message is more than four days old, or from the future")

    def _check_signature(self, message: Mapping[str, object], fields: tuple[str, ...], now: datetime) -> None:
        from cryptography.exceptions import InvalidSignature  # slow to import
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1, SHA256

        version = message.get("SignatureVersion")
        if version not in ("1", "2"):
            raise EventRefused("SignatureVersion is neither 1 nor 2")
        try:
            signature = b64decode(str(message.get("Signature")), validate=True)
        except ValueError as error:
            raise EventRefused("the signature is not written in base64") from error
        text = "".join(f"{name}\n{message[name]}\n" for name in fields if message.get(name) is not None)
        # Version 1 is SHA-1, which SNS uses unless the topic asks for 2.
        digest = SHA256() if version == "2" else SHA1()  # noqa: S303  # what SNS signs with
        key = self._key(str(message.get("SigningCertURL")), now)
        try:
            key.verify(signature, text.encode(errors="surrogatepass"), PKCS1v15(), digest)
        except InvalidSignature as error:
            raise EventRefused("the signature does not fit: this is not from Amazon SNS") from error

    def _check_pace(self, now: datetime) -> None:
        """Fetch few: Amazon has one certificate for months, and a forger can name a new one each time."""
        self._fetched = [moment for moment in self._fetched if now - moment < timedelta(minutes=1)]
        if len(self._fetched) >= _MOST_A_MINUTE:
            raise EventNotVerifiable("too many certificates were asked for in the last minute")
        self._fetched.append(now)

    def _key(self, url: str, now: datetime) -> RSAPublicKey:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey as Rsa
        from cryptography.x509 import load_pem_x509_certificate

        if not is_sns_url(url) or not _CERTIFICATE_PATH.fullmatch(urlsplit(url).path):
            raise EventRefused("SigningCertURL is no address of Amazon SNS")
        certificate = self._certificates.get(url)
        if certificate is None:
            self._check_pace(now)
            try:
                certificate = load_pem_x509_certificate(self._fetch(url))
            except OSError as error:
                raise EventNotVerifiable(
                    f"the certificate of Amazon SNS cannot be fetched: {error}"
                ) from error
            except ValueError as error:
                raise EventRefused("what Amazon SNS gave is no certificate") from error
            self._certificates[url] = certificate
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise EventRefused("the certificate of Amazon SNS is not valid now")
        key = certificate.public_key()
        if not isinstance(key, Rsa):
            raise EventRefused("the certificate of Amazon SNS has no RSA key")
        return key


def is_sns_url(url: str) -> bool:
    """Say whether `url` is an https address of SNS itself, on the usual port and without a login."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https"
            and parts.username is None
            and parts.port in (None, 443)
            and bool(_HOST.fullmatch(parts.hostname or ""))
        )
    except ValueError:
        return False
