"""Whatever is asked, however it is written: the site answers, never with a failure of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from tests.unit.site.conftest import ANNA
from tests.unit.site.site_contract import OPERATIONS, document, expected, routed
from tests.unit.site.site_world import BASE, Site, make_site
from tests.unit.site.test_choosing import TOPICS

NAMES = [
    *("email", "lang", "website", "shown", "save", "leave", "confirm", "pause", "frequency"),
    *("topic.water", "topic.x", "List-Unsubscribe", "sure", "address", "never"),
]
VALUES = [
    *(
        "yes",
        "no",
        "nl",
        "en",
        "xx",
        "One-Click",
        "2026-12-24",
        "0001-01-01",
        "9999-12-31",
        "every",
        "seldom",
    ),
    *("a@b.example", "ANNA@gemeente.example"),
]
PROVIDERS = ["json", "sendgrid", "ses", "postmark", "herfst"]
text = st.one_of(st.sampled_from(VALUES), st.text(max_size=30))
fields = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=10)), text, max_size=8)
headers = st.dictionaries(
    st.sampled_from(
        [
            "Accept-Language",
            "Content-Type",
            "X-Forwarded-For",
            "Cookie",
            "Content-Length",
            "Range",
            "User-Agent",
        ]
    ),
    st.one_of(
        st.sampled_from(
            [
                "application/x-www-form-urlencoded; charset=utf-99",
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "nl;q=9,*;q=",
                "-1",
                "0",
                "1, 2, 3",
                "bytes=0-",
            ]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as directory:
        made = make_site(Path(directory), {ANNA: "nl"}, config=TOPICS)
        yield made
        made.project.close()


def _paths(site: Site) -> list[str]:
    """Return every path the routes of the site know, and the links of a letter."""
    routes = [route.path for route in site.app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]  # Starlette
    return [*routes, *(link.removeprefix(BASE) for link in site.links(ANNA).values())]


@settings(max_examples=300)
@given(data=st.data())
def test_no_request_makes_the_site_fail(site: Site, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_paths(site)), "route")
    for name in ("token", "slug", "name", "provider", "lang", "tag", "ending"):
        anything = st.one_of(st.text(min_size=1, max_size=70), st.sampled_from(PROVIDERS))
        path = path.replace(f"{{{name}}}", quote(data.draw(anything, name), safe=""))
    query = urlencode(
        data.draw(st.dictionaries(st.sampled_from(["lang", "x"]), text, max_size=2)), errors="replace"
    )
    form = data.draw(fields, "form")
    body = data.draw(
        st.one_of(
            st.just({"data": form}),
            st.just({"files": {name or "x": (None, value) for name, value in form.items()}}),
            st.binary(max_size=200).map(lambda raw: {"content": raw}),
        ),
        "body",
    )

    method = data.draw(st.sampled_from(["GET", "HEAD", "POST", "POST", "PUT", "OPTIONS"]), "method")
    answer = site.ask(
        method,
        f"{path}?{query}",
        headers={name: value.encode("latin-1") for name, value in data.draw(headers, "headers").items()},
        visitor=data.draw(st.sampled_from(["203.0.113.9", "::1", "unix", ""])),
        **body,
    )

    operation = expected(site.app, method, answer.request.url.path)
    kind = answer.headers["content-type"].partition(";")[0]
    if operation is None:
        assert answer.status_code in (404, 405)
        assert answer.status_code == 404 or answer.headers["allow"]
    else:
        wanted = operation.type_of(answer.status_code)
        assert wanted is not None, f"{answer.status_code} is no answer that is described"
        assert kind.startswith(wanted)
    assert answer.status_code != 500, answer.text
    assert method != "HEAD" or answer.content == b""
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not {"server", "x-powered-by", "set-cookie"} & set(answer.headers)


def test_every_route_is_described_and_nothing_else_is(site: Site) -> None:
    assert set(routed(site.app)) == set(OPERATIONS)


def test_the_description_is_an_openapi_document_of_every_route(site: Site) -> None:
    made = document(site.app)

    paths = made["paths"]
    assert isinstance(paths, dict)
    assert made["openapi"] == "3.1.0"
    assert {(method.upper(), path) for path, one in paths.items() for method in one} == set(OPERATIONS)
