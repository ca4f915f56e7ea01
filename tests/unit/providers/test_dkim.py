"""DKIM signatures hold for an independent verifier, and for nothing but what was signed."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import ConfigError
from newsletter.providers.smtp import open_provider
from newsletter.providers.smtp.dkim import open_signer
from newsletter.testing.local_providers import smtp_config
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients

MESSAGE = (
    b"From: Renata <renata@brief.example>\r\nTo: wilma@gemeente.example\r\nSubject: Dag  Wilma\r\n"
    b"List-Unsubscribe: <https://brief.example/unsubscribe/abc>,\r\n <mailto:renata@brief.example>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n\r\n"
    b"Beste Wilma,  \r\n\r\n.  een punt\t\r\nGroet\r\n\r\n\r\n"
)


@cache
def private_key(kind: str) -> object:
    return (
        ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else rsa.generate_private_key(65_537, 2048)
    )


def pem(key: object) -> str:
    return key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def record(kind: str) -> bytes:
    """Return what stands in the DNS for the key."""
    public = private_key(kind).public_key()  # type: ignore[attr-defined]
    if kind == "ed25519":
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    else:
        raw = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=" + kind.encode() + b"; p=" + b64encode(raw)


def holds(message: bytes, kind: str) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes:  # the verifier's signature
        assert name == b"brief2026._domainkey.brief.example."
        return record(kind)

    return bool(dkim.verify(message, dnsfunc=look_up))


def sign(message: bytes, kind: str = "rsa") -> bytes:
    return open_signer("brief.example", "brief2026", pem(private_key(kind))).sign(message)


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_another_program_finds_the_signature_sound(kind: str) -> None:
    signed = sign(MESSAGE, kind)

    assert holds(signed, kind)
    assert signed.endswith(MESSAGE)
    assert max(map(len, signed.split(b"\r\n"))) <= 78


@given(
    subject=st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=200),
    body=st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b".", b"\xc3\xab", b"=20", b"\n", b"\r"])).map(
        b"".join
    ),
)
def test_any_body_and_subject_can_be_signed(subject: str, body: bytes) -> None:
    message = b"From: a@brief.example\r\nSubject: " + subject.encode() + b"\r\n\r\n" + body

    assert holds(sign(message, "ed25519"), "ed25519")  # the fast one


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Beste Wilma", b"Beste Willem"),
        (b"unsubscribe/abc", b"unsubscribe/xyz"),
        (b"One-Click", b"Two-Clicks"),
        (b"From: Renata", b"From: Iemand <x@brief.example>\r\nFrom: Renata"),
    ],
)
def test_what_was_signed_cannot_be_changed(old: bytes, new: bytes) -> None:
    signed = sign(MESSAGE)
    assert old in signed

    assert not holds(signed.replace(old, new), "rsa")


def test_lines_may_be_folded_and_spaces_changed_on_the_way() -> None:
    signed = sign(MESSAGE)

    assert holds(signed.replace(b"Dag  Wilma", b"Dag\r\n Wilma").replace(b"punt\t", b"punt"), "rsa")


def test_both_fields_for_leaving_are_signed() -> None:
    head = sign(MESSAGE).partition(b" bh=")[0]

    assert b"List-Unsubscribe:" in head
    assert b"List-Unsubscribe-Post" in head


def test_a_key_may_stand_on_one_line() -> None:
    key = pem(private_key("rsa"))
    body = "".join(line for line in key.splitlines() if "-----" not in line)

    for form in (key.replace("\n", "\\n"), body):
        assert holds(open_signer("brief.example", "brief2026", form).sign(MESSAGE), "rsa")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("geen sleutel", "cannot be read"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be read"),
        (pem(dsa.generate_private_key(1024)), "neither RSA nor Ed25519"),
    ],
    ids=["words", "broken", "dsa"],
)
def test_what_is_no_key_is_refused_in_words(key: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_signer("brief.example", "brief2026", key)

    assert key[:20] not in str(caught.value) or key == "geen sleutel"
    assert "openssl" in str(caught.value.problems[0].fix)


def test_a_provider_with_a_key_signs_what_it_hands_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsletter.config.secrets import Secret

    monkeypatch.setenv("DKIM_KEY", pem(private_key("rsa")))
    config = smtp_config(tmp_path, 25, dkim_selector="brief2026", dkim_key=Secret(reference="env:DKIM_KEY"))
    shipment = open_provider(config).prepare(sample_mailing())

    (mail,) = shipment.build(sample_recipients(["Wilma"]), "c.1.1").mails

    assert holds(mail.data.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."), "rsa")


@pytest.mark.parametrize("given_", [{"dkim_selector": "x"}, {"dkim_selector": "x y", "dkim_key": "env:K"}])
def test_half_a_setting_and_a_selector_that_is_none_are_refused(
    tmp_path: Path, given_: dict[str, str]
) -> None:
    with pytest.raises(ConfigError, match="dkim"):
        open_provider(smtp_config(tmp_path, 25, **given_))
