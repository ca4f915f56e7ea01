"""Signatures as AWS documents them, and as AWS's own client makes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.providers.ses.sigv4 import Credentials, Signer

# Keys, date and results of the published "Signature Version 4 test suite".
SUITE = Credentials(access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
MOMENT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
HOST = {"Host": "example.amazonaws.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("method", "headers", "body", "names", "signature"),
    [
        pytest.param(
            "GET",
            {},
            b"",
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            id="get-vanilla",
        ),
        pytest.param(
            "POST",
            {},
            b"",
            "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            id="post-vanilla",
        ),
        pytest.param(
            "POST",
            FORM,
            b"Param1=value1",
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            id="post-x-www-form-urlencoded",
        ),
        pytest.param(
            "GET",
            {"My-Header1": " value1", "My-Header2": ' "a   b   c"'},
            b"",
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            id="get-header-value-trim",
        ),
    ],
)
def test_the_signature_is_the_published_one(
    method: str, headers: dict[str, str], body: bytes, names: str, signature: str
) -> None:
    signer = Signer(SUITE, "us-east-1", "service")

    signed = signer.sign(method, "/", {**HOST, **headers}, body, MOMENT)

    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    assert signed["X-Amz-Date"] == "20150830T123600Z"


def test_the_order_of_a_query_does_not_matter() -> None:
    signer = Signer(SUITE, "us-east-1", "service")

    signed = signer.sign("GET", "/?Param2=value2&Param1=value1", HOST, b"", MOMENT)

    # get-vanilla-query-order-key-case
    assert signed["Authorization"].endswith(
        "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    )


def test_a_list_is_asked_for_as_awss_own_client_asks() -> None:
    # What botocore 1.44.8 sent for `list_suppressed_destinations`.
    path = (
        "/v2/email/suppression/addresses"
        "?PageSize=1000&StartDate=2026-01-01T00%3A00%3A00Z&NextToken=AA%2B%2F%3D"
    )
    moment = datetime(2026, 11, 27, 12, 34, 32, tzinfo=UTC)

    signed = Signer(SUITE, "eu-west-1", "ses").sign("GET", path, {"Host": "127.0.0.1:34917"}, b"", moment)

    assert signed["Authorization"].endswith(
        "SignedHeaders=host;x-amz-date, "
        "Signature=b7ae8b31ef95aeb98fcadf122015d04401df6c9298be3c30c3ea7cc71b7f2fd2"
    )


def test_a_mail_is_signed_as_awss_own_client_signs_it() -> None:
    # What botocore 1.44.8 sent for `send_email(Content={"Raw": {"Data": b"x"}})`.
    body = b'{"Content": {"Raw": {"Data": "eA=="}}}'
    headers = {"Host": "127.0.0.1:36025", "Content-Type": "application/json"}
    moment = datetime(2026, 11, 27, 11, 22, 53, tzinfo=UTC)

    signed = Signer(SUITE, "eu-west-1", "ses").sign(
        "POST", "/v2/email/outbound-emails", headers, body, moment
    )

    assert signed["Authorization"].endswith(
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=89932a293758da139b399b5d708f193fea465dd0aa07d9e7963d9946cc582e62"
    )


def test_a_session_token_is_sent_and_signed() -> None:
    credentials = Credentials(access_key="AKID", secret_key="secret", session_token="a/token+")

    signed = Signer(credentials, "eu-west-1", "ses").sign("GET", "/", HOST, b"", MOMENT)

    assert signed["X-Amz-Security-Token"] == "a/token+"
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in signed["Authorization"]


def test_the_key_of_a_day_is_not_used_the_day_after() -> None:
    kept = Signer(SUITE, "us-east-1", "service")
    tomorrow = MOMENT.replace(day=31)
    kept.sign("GET", "/", HOST, b"", MOMENT)

    after = kept.sign("GET", "/", HOST, b"", tomorrow)

    assert after == Signer(SUITE, "us-east-1", "service").sign("GET", "/", HOST, b"", tomorrow)


def test_secrets_do_not_show_in_a_repr() -> None:
    credentials = Credentials(access_key="AKID", secret_key="s3cret", session_token="t0ken")

    assert "s3cret" not in repr(credentials)
    assert "t0ken" not in repr(credentials)
