"""What the doctor looks at follows from the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from newsletter.doctor.patient import Patient
from newsletter.domain.mail_records.dkim_key import key_record
from newsletter.project import Project
from newsletter.project.upkeep.patient import make_patient


def _patient(
    root: Path, provider: str = "", sender: str = 'from = "Renata <renata@nieuws.brief.example>"'
) -> Patient:
    (root / "newsletter.toml").write_text(f"[sender]\n{sender}\n{provider}")
    with Project.open(root, environment={}) as project:
        found = make_patient(project)
    assert found is not None
    return found


def test_without_a_sender_there_is_nobody_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text("")

    with Project.open(tmp_path, environment={}) as project:
        assert make_patient(project) is None


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("mail.nieuws.brief.example", "mail.nieuws.brief.example"),
        ("Mail.Brief.example", "mail.brief.example"),
        ("brief.example", "brief.example"),
        ("smtp.elders.example", None),
        ("notbrief.example", None),
        ("localhost", None),
        ("127.0.0.1", None),
    ],
)
def test_only_a_server_of_ones_own_domain_is_looked_at(tmp_path: Path, host: str, own: str | None) -> None:
    found = _patient(tmp_path, f'[provider]\nname = "smtp"\n[provider.smtp]\nhost = "{host}"\n')

    assert found.mail_host == own
    assert found.bounce_domain == "nieuws.brief.example"


def test_a_key_that_mail_is_signed_with_here_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("PATIENT_KEY", pem.decode())
    smtp = (
        '[provider]\nname = "smtp"\n[provider.smtp]\nhost = "localhost"\ndkim_selector = "eigen"\n'
        'dkim_key = "env:PATIENT_KEY"\nbounce_address = "b+{delivery}@bounce.example"\n'
    )

    sound = _patient(tmp_path, smtp)
    monkeypatch.setenv("PATIENT_KEY", "no key")
    broken = _patient(tmp_path, smtp)

    assert [(place.name, place.own_record) for place in sound.keys] == [
        ("eigen._domainkey.nieuws.brief.example", key_record(key))
    ]
    assert sound.bounce_domain == "bounce.example"
    assert (broken.keys[0].own_record, broken.needed_problem) == (None, "the DKIM key cannot be read")


def test_domains_outside_ascii_are_asked_for_as_the_dns_knows_them(tmp_path: Path) -> None:
    found = _patient(tmp_path, sender='from = "Jo <jo@bücher.example>"\nreply_to = "Jo@Brief.example"')

    assert (found.domain, found.reply_domain) == ("xn--bcher-kva.example", "brief.example")
    assert found.keys == ()
