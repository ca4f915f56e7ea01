"""`newsletter doctor dns`, against a name server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sound_domain import own_record, zone

from newsletter.cli import cli
from newsletter.errors import ConfigError, UsageError
from newsletter.testing.dns_server import DnsServer, DnsTrouble

CONFIG = """
[newsletter]
name = "Helder bestuur"
[sender]
from = "Renata <renata@brief.example>"
[checks]
dkim_selectors = ["brief2026"]
"""


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with DnsServer(zone(), knows_internet=False) as running:
        yield running


def _run(root: Path, *arguments: str, config: str = CONFIG) -> Result:
    (root / "newsletter.toml").write_text(config)
    return CliRunner().invoke(cli, ["-C", str(root), "doctor", *arguments], standalone_mode=False)


def test_a_sound_domain_takes_a_line_for_each_thing(tmp_path: Path, server: DnsServer) -> None:
    done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}")

    assert done.return_value == 0, done.output
    assert "  ✓ DKIM key brief2026 of brief.example: 2048 bits, rsa\n" in done.stdout
    assert "→" not in done.stdout
    assert "Records to publish" not in done.stdout
    assert "Nothing that was seen stands in the way of mail." in done.stderr


def test_what_to_publish_stands_at_the_end_ready_to_copy(tmp_path: Path, server: DnsServer) -> None:
    del server.zone["_dmarc.brief.example", "TXT"]
    server.zone["brief.example", "TXT"] = ["v=spf1 mx -all", "v=spf1 a -all"]

    done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}")

    assert done.return_value == 1
    assert done.stdout.rpartition("Records to publish\n")[2].splitlines() == [
        "  take away:  brief.example  TXT  v=spf1 a -all",
        "  take away:  brief.example  TXT  v=spf1 mx -all",
        '  brief.example.  IN  TXT  "v=spf1 a mx -all"',
        '  _dmarc.brief.example.  IN  TXT  "v=DMARC1; p=none; rua=mailto:renata@brief.example"',
    ]
    assert "✗ DMARC of brief.example: there is no record" in done.stdout
    assert "2 in the way of mail" in done.stderr


def test_a_script_gets_the_same(tmp_path: Path, server: DnsServer) -> None:
    server.zone["brief2026._domainkey.brief.example", "TXT"] = [own_record()[:100]]

    done = _run(tmp_path, "dns", "--json", "--resolver", f"127.0.0.1:{server.port}")

    assert done.return_value == 1
    told = [one for one in json.loads(done.stdout)["dns"] if one["health"] != "fine"]
    assert [(one["code"], one["health"]) for one in told if one["code"] != "bimi-policy"] == [
        ("dkim-broken", "problem")
    ]
    assert told[0]["evidence"] == [own_record()[:100]]


def test_a_key_that_mail_is_signed_with_is_printed_in_pieces_that_fit(
    tmp_path: Path, server: DnsServer
) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    config = CONFIG.replace(
        "[checks]\n",
        '[provider]\nname = "smtp"\n[provider.smtp]\nhost = "localhost"\n'
        'dkim_selector = "eigen"\ndkim_key = "env:TEST_DKIM_KEY"\n[checks]\n',
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_DKIM_KEY", pem.decode())
        done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}", config=config)

    line = done.stdout.rpartition("Records to publish\n")[2].strip()
    assert line.startswith('eigen._domainkey.brief.example.  IN  TXT  "v=DKIM1; k=rsa; p=')
    assert len(line.split('"')[1]) == 255


def test_what_is_about_the_configuration_says_where_it_stands(tmp_path: Path, server: DnsServer) -> None:
    config = CONFIG.replace("\n[sender]", '\n[sender]\nreply_to = "renata@weg.example"')

    done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}", config=config)

    assert "✗ Mail to weg.example: there is no such domain" in done.stdout
    assert "newsletter.toml:5: look for a slip in the address" in done.stdout


def test_what_strangers_publish_does_not_steer_the_terminal(tmp_path: Path, server: DnsServer) -> None:
    server.zone["brief2026._domainkey.brief.example", "TXT"] = ["v=DKIM1; p=\x1b[2J\x07" + "A" * 3000]

    done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}")

    assert done.return_value == 1
    assert "| v=DKIM1; p=�[2J�AAA" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 600


@pytest.mark.parametrize(
    "sender",
    ["root@localhost", "a@[127.0.0.1]", "a@xn--.example", "é@bücher.example", "a@" + "b" * 63 + ".example"],
)
def test_a_sender_of_any_kind_is_looked_at(tmp_path: Path, server: DnsServer, sender: str) -> None:
    config = CONFIG.replace("renata@brief.example", sender)

    done = _run(tmp_path, "dns", "--resolver", f"127.0.0.1:{server.port}", config=config)

    assert done.return_value == 1 or isinstance(done.exception, ConfigError), done.output


def test_nobody_to_ask_is_not_the_same_as_nothing_there(tmp_path: Path, server: DnsServer) -> None:
    server.zone = {("*", "*"): DnsTrouble.REFUSED}

    done = _run(tmp_path, "dns", "--json", "--resolver", f"127.0.0.1:{server.port}")

    assert done.return_value == 2
    healths = {one["health"] for one in json.loads(done.stdout)["dns"]}
    assert healths == {"unasked"}


def test_everything_is_looked_at_even_where_the_provider_is_not_set_up(
    tmp_path: Path, server: DnsServer
) -> None:
    config = f'{CONFIG}[provider]\nname = "sendgrid"\n'
    resolver = ("--resolver", f"127.0.0.1:{server.port}")

    every = _run(tmp_path, "--json", *resolver, config=config)
    alone = _run(tmp_path, "provider", *resolver, config=config)

    assert every.return_value == 1, every.output
    told = json.loads(every.stdout)
    codes = {area: [one["code"] for one in found if one["health"] != "fine"] for area, found in told.items()}
    assert codes == {
        "dns": ["unasked"],
        "provider": [None],
        "site": ["site-missing"],
        "machine": ["unasked"],
        "mailbox": [],
    }
    assert told["provider"][0]["what"] == "[provider.sendgrid] has no api_key"
    assert isinstance(alone.exception, ConfigError)


def test_without_a_sender_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    done = _run(tmp_path, "dns", config='[newsletter]\nname = "Leeg"\n')

    assert done.return_value == 1
    assert "✗ sender: there is no sender" in done.stdout
    assert "(sender-missing)" in done.stdout
    assert "newsletter.toml: write in [sender]: from =" in done.stdout


@pytest.mark.parametrize("written", ["", "dns.example", "9.9.9.9:70000", "9.9.9.9:x", "::1]", "1.2.3"])
def test_a_resolver_that_is_none_is_told(tmp_path: Path, written: str) -> None:
    done = _run(tmp_path, "dns", "--resolver", written)

    assert isinstance(done.exception, UsageError)
    assert f'--resolver is not the address of a name server: "{written}"' in str(done.exception)
