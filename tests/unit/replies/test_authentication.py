"""A sender is vouched for by the author's own server, and by nobody who only says to be it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.inbound import Authentication, AuthVerdict
from newsletter.replies.authentication import authentication_of
from newsletter.replies.mime import read_mail

PASS, FAIL, NONE = AuthVerdict.PASS, AuthVerdict.FAIL, AuthVerdict.NONE


def _found(
    *fields: str, sender: str = "jan@gemeente.example", servers: tuple[str, ...] = ("mx.brief.example",)
) -> Authentication:
    header = "".join(f"Authentication-Results: {field}\n" for field in fields)
    return authentication_of(read_mail(f"{header}From: {sender}\n\nHoi".encode()), servers)


@pytest.mark.parametrize(
    ("field", "dmarc", "dkim"),
    [
        ("mx.brief.example; dmarc=pass header.from=gemeente.example", PASS, NONE),
        ("MX.Brief.Example. 1; dmarc=pass (p=none dis=none) header.from=gemeente.example", PASS, NONE),
        ("mx.brief.example; spf=pass smtp.mailfrom=gemeente.example", NONE, NONE),
        ("mx.brief.example; dkim=pass header.d=gemeente.example", NONE, PASS),
        ("mx.brief.example; dkim=pass header.i=@gemeente.example header.s=s1", NONE, PASS),
        ("mx.brief.example; dkim=pass header.d=elders.example", NONE, NONE),
        ("mx.brief.example; dkim=pass header.d=example", NONE, NONE),
        ("mx.brief.example; dkim=pass header.d=x.gemeente.example", NONE, NONE),
        (
            "mx.brief.example; dkim=fail header.d=gemeente.example; dkim=pass header.d=gemeente.example",
            NONE,
            PASS,
        ),
        (
            "mx.brief.example; dmarc=fail (p=reject) header.from=gemeente.example;"
            " dkim=pass header.d=gemeente.example",
            FAIL,
            PASS,
        ),
        ("mx.brief.example; dmarc=pass header.from=elders.example", FAIL, NONE),
        ("mx.brief.example; dmarc=none header.from=gemeente.example", NONE, NONE),
        ("mx.brief.example; dmarc=temperror", NONE, NONE),
        ("mx.brief.example; none", NONE, NONE),
        ("mx.brief.example (dmarc=pass); dkim=none", NONE, NONE),
    ],
)
def test_the_verdicts_about_the_domain_in_from_count(
    field: str, dmarc: AuthVerdict, dkim: AuthVerdict
) -> None:
    found = _found(field)

    assert found == Authentication(server="mx.brief.example", dmarc=dmarc, dkim=dkim)


@pytest.mark.parametrize(
    "fields",
    [
        ("elders.example; dmarc=pass header.from=gemeente.example",),
        ("; dmarc=pass header.from=gemeente.example",),
        ("dmarc=pass header.from=gemeente.example",),
        (),
    ],
)
def test_another_server_is_nobody(fields: tuple[str, ...]) -> None:
    assert _found(*fields) == Authentication()


def test_without_a_server_of_ours_nobody_is_believed() -> None:
    found = _found("mx.brief.example; dmarc=pass header.from=gemeente.example", servers=())

    assert found == Authentication()


def test_a_field_in_the_mail_below_that_of_our_server_is_not_believed() -> None:
    found = _found(
        "mx.brief.example; dmarc=none header.from=gemeente.example",
        "mx.brief.example; dmarc=pass header.from=gemeente.example; dkim=pass header.d=gemeente.example",
    )

    assert found.verdict is NONE


def test_a_failure_below_is_not_explained_away() -> None:
    found = _found(
        "mx.brief.example; dkim=pass header.d=gemeente.example",
        "mx.brief.example; dmarc=fail header.from=gemeente.example",
    )

    assert found.verdict is FAIL


def test_microsoft_365_is_believed_without_a_name_when_it_is_named_in_its_place() -> None:
    field = (
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=gemeente.example; dkim=pass (signature was verified)"
        " header.d=gemeente.example;dmarc=pass action=none header.from=gemeente.example;"
        "compauth=pass reason=100"
    )

    named, not_first, not_named = (
        _found(field, servers=("microsoft365",)),
        _found("elders.example; none", field, servers=("microsoft365",)),
        _found(field),
    )

    assert named == Authentication(server="microsoft365", dmarc=PASS, dkim=PASS)
    assert not_first == not_named == Authentication()


def test_a_mail_without_a_sender_is_nobodys() -> None:
    assert _found("mx.brief.example; dmarc=pass", sender="geen adres") == Authentication()


_PIECES = st.sampled_from(
    [
        "mx.brief.example",
        ";",
        "dmarc=pass",
        "dkim=",
        "header.d=",
        "header.from=",
        "(",
        ")",
        "gemeente.example",
        '"',
        " ",
        "1",
        "/",
        "@",
        "=",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_field_is_read(field: str) -> None:
    field = " ".join(field.split())

    found = _found(field.encode("utf-8", "replace").decode())

    assert found.server in (None, "mx.brief.example")


_GMAIL = "mx.brief.example; dmarc=pass header.from=mail.example; dkim=pass header.d=mail.example"


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("=?utf-8?q?lezer=40mail.example=2C?= <boef@mail.example>", "boef@mail.example"),
        ("=?utf-8?q?x_=3Clezer=40mail.example=3E=2C?= <boef@mail.example>", "boef@mail.example"),
        ('"=?utf-8?q?lezer=40mail.example=22=2C?=" <boef@mail.example>', "boef@mail.example"),
        ("=?utf-8?q?a,_b?= <boef@mail.example>", "boef@mail.example"),
    ],
)
def test_a_name_that_decodes_to_an_address_is_still_a_name(sender: str, shown: str) -> None:
    mail = read_mail(f"From: {sender}\n\nMeld me af".encode())

    assert mail.from_ is not None
    assert mail.from_.address == shown


@pytest.mark.parametrize(
    "header",
    [
        "From: lezer@mail.example, boef@mail.example",
        "From: lezer@mail.example\nFrom: boef@mail.example",
        "From: x <lezer@mail.example> <boef@mail.example>",
        "From: a:lezer@mail.example;<boef@mail.example>",
        "From: <lezer@mail.example",
        'From: "Lezer <lezer@mail.example>',
        "From: lezer@mail.example\nSubject: Afmelden\nSubject: Foto's",
        "From: lezer@mail.example\nContent-Type: text/html\nContent-Type: text/plain",
    ],
)
def test_nobody_vouches_for_a_mail_that_can_be_read_in_two_ways(header: str) -> None:
    mail = read_mail(f"Authentication-Results: {_GMAIL}\n{header}\n\nHoi".encode())

    assert not authentication_of(mail, ("mx.brief.example",)).passes


@pytest.mark.parametrize(
    "sender",
    [
        "lezer@mail.example",
        "<lezer@mail.example>",
        '"Lezer, A. (thuis) <x@y.example>" <lezer@mail.example>',
        "=?utf-8?Q?Lezer,_A?= <lezer@mail.example>",
        "lezer@mail.example (A. Lezer)",
        '"lezer@mail.example" <lezer@mail.example>',
    ],
)
def test_one_sender_in_any_form_is_vouched_for(sender: str) -> None:
    assert _found(_GMAIL, sender=sender).passes


@pytest.mark.parametrize(
    "results",
    [
        'spf=pass smtp.mailfrom="a; dkim=pass header.d=gemeente.example; b"@boef.example',
        "spf=pass (a (b) ; dkim=pass header.d=gemeente.example) smtp.mailfrom=a@boef.example",
        'dkim=pass header.d=boef.example header.i="a header.d=gemeente.example"@boef.example',
        'dkim=pass header.d=boef.example reason="x; dkim=pass header.d=gemeente.example"',
        'spf=pass smtp.mailfrom="=?utf-8?q?=22;_dkim=3Dpass_header.d=3Dgemeente.example;?="@boef.example',
        "dkim=pass header.d=gemeente.example header.d=boef.example",
        "dmarc=fail header.from=gemeente.example; dmarc=pass header.from=gemeente.example",
        "dkim=pass header.d=gemeente.example (",
        'dkim=pass header.d=gemeente.example smtp.mailfrom="',
    ],
)
def test_what_the_sender_wrote_into_the_results_is_no_result(results: str) -> None:
    assert not _found(f"mx.brief.example; {results}").passes


def test_a_server_without_a_name_is_nobodys_by_an_empty_setting() -> None:
    assert not _found("dmarc=pass header.from=gemeente.example", servers=("",)).passes


def test_whoever_calls_itself_microsoft365_is_not_it() -> None:
    forged = "microsoft365; dmarc=pass header.from=gemeente.example"

    assert not _found(forged, servers=("microsoft365",)).passes


def test_a_domain_beyond_ascii_is_the_one_the_server_names_in_ascii() -> None:
    results = "mx.brief.example; dmarc=pass header.from=xn--brder-lva.example"

    assert _found(results, sender="jan@brüder.example").passes
