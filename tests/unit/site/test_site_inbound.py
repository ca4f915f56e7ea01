"""Mails that a service posts: on disk byte for byte before the answer, and never dropped by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.domain.inbox import InboundState
from newsletter.site.form_parts import BrokenForm, FormField
from newsletter.site.limits import MAIL_BYTES
from tests.unit.site.site_world import Site, make_site

SECRET = "a-long-secret"
BOUNDARY = b"xYzZY"
TYPE = {"content-type": "multipart/form-data; boundary=xYzZY"}
RAW = b"From: Jan <jan@b.nl>\r\nSubject: Re: herfst\r\n\r\nDank! \xe9\xff\x00 --xYz\r\n--xYzZ\r\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("POST", SECRET)
    made = make_site(tmp_path, {"anna@b.nl": "nl"}, config='\n[replies]\npost_secret = "env:POST"\n')
    yield made
    made.project.close()


def _form(*fields: tuple[str, bytes]) -> bytes:
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (BOUNDARY, name.encode(), value)
        for name, value in fields
    ]
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY


def _post(site: Site, body: bytes, secret: str = SECRET, **headers: str):
    return site.post(f"/inbound/{secret}", content=body, headers={**TYPE, **headers})


def _inbox(site: Site):
    return site.project.replies.find(InboundFilter())


def test_a_mail_is_kept_byte_for_byte_and_read_after_the_answer(site: Site) -> None:
    answer = _post(site, _form(("headers", b"x"), ("email", RAW), ("to", b"renata@brief.example")))

    (mail,) = _inbox(site)
    assert answer.status_code == 200
    assert site.project.replies.raw(mail.id) == RAW
    assert mail.state is InboundState.NEW
    assert mail.facts.subject == "Re: herfst"


def test_a_mail_that_is_posted_a_hundred_times_is_one(site: Site) -> None:
    answers = {_post(site, _form(("email", RAW))).status_code for _ in range(100)}

    assert answers == {200}
    assert len(_inbox(site)) == 1


def test_whoever_does_not_know_the_address_finds_nothing_there(site: Site) -> None:
    assert _post(site, _form(("email", RAW)), secret="guess").status_code == 404
    assert _inbox(site) == []


def test_nothing_is_there_without_a_secret(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"anna@b.nl": "nl"})

    assert _post(site, _form(("email", RAW)), secret="None").status_code == 404
    site.project.close()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (_form(("text", b"parsed, not raw")), TYPE),
        (_form(("email", b"")), TYPE),
        (_form(("email", RAW))[:-9], TYPE),
        (b"nothing of the kind", TYPE),
        (_form(("email", RAW)), {"content-type": "multipart/form-data"}),
        (b"email=x", {"content-type": "application/x-www-form-urlencoded"}),
    ],
)
def test_what_is_no_whole_mail_is_asked_for_again(site: Site, body: bytes, headers: dict[str, str]) -> None:
    answer = _post(site, body, **headers)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert _inbox(site) == []


def test_our_own_failure_is_never_the_end_of_a_mail(site: Site) -> None:
    folder = site.project.replies.raw_mails.folder
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way of every mail")

    assert _post(site, _form(("email", RAW))).status_code == 503

    folder.unlink()
    assert _post(site, _form(("email", RAW))).status_code == 200
    assert len(_inbox(site)) == 1


def test_a_mail_of_thirty_megabytes_is_taken(site: Site) -> None:
    raw = RAW + b"x" * 30_000_000

    assert _post(site, _form(("email", raw))).status_code == 200
    assert _inbox(site)[0].size_bytes == len(raw)


def test_more_than_forty_megabytes_is_refused_before_it_is_read(site: Site) -> None:
    answer = _post(site, b"", **{"content-length": str(MAIL_BYTES + 1)})

    assert answer.status_code == 413


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.binary(max_size=300), cuts=st.lists(st.integers(1, 40), min_size=1, max_size=9))
def test_a_field_comes_out_of_a_form_as_it_went_in_however_it_is_cut(value: bytes, cuts: list[int]) -> None:
    if BOUNDARY in value:
        return
    body = _form(("a", b"1"), ("email", value), ("email", b"second"))
    form = FormField(TYPE["content-type"], "email")

    at = 0
    while at < len(body):
        step = cuts[at % len(cuts)]
        form.feed(body[at : at + step])
        at += step

    assert form.result() == value


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_broken(data: bytes) -> None:
    form = FormField(TYPE["content-type"], "email")
    try:
        form.feed(b"--xYzZY\r\n" + data)
        form.result()
    except BrokenForm:
        return
