"""The studio's door for what changes something: only its own page, only so much, only issues."""

from __future__ import annotations

import http.client
import json
import re

import pytest

from tests.browser.studio_world import NAME, PATIENCE_S, Studio, newsletter, start

pytestmark = pytest.mark.browser


def page_key(studio: Studio) -> str:
    found = re.search(
        r'name="newsletter-key" content="([0-9a-f]+)"', studio.get("/", cookie=studio.cookie()).body
    )  # type: ignore[attr-defined]  # see get
    assert found is not None
    return found[1]


def send(
    studio: Studio, method: str, path: str, body: object, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Send `body` as the page does; `headers` replace the page's own, "" leaves one out."""
    own = {
        "Host": f"127.0.0.1:{studio.port}",
        "Origin": f"http://127.0.0.1:{studio.port}",
        "Cookie": studio.cookie(),
        "X-Newsletter-Key": page_key(studio),
    }
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=PATIENCE_S)
    given = {name: value for name, value in {**own, **(headers or {})}.items() if value}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, body=data, headers=given)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read().decode()
    finally:
        connection.close()


CHANGES = [
    ("PUT", f"/source/{NAME}", {"text": "weg", "base": None}),
    ("POST", f"/keep/{NAME}", {"side": "mine", "text": "weg"}),
    ("POST", "/issues", {"subject": "Weg"}),
    ("POST", f"/letter/{NAME}", {"text": "weg"}),
    ("POST", f"/findings/{NAME}", {"text": "weg"}),
    ("POST", "/merge", {"base": "", "mine": "", "theirs": ""}),
    ("POST", "/replies/1/state", {"state": "archived"}),
    ("POST", "/replies/1/seen", {}),
    ("POST", "/replies/1/tags", {"add": "weg"}),
    ("POST", "/replies/1/block", {}),
    ("POST", "/replies/1/answer", {"text": "weg"}),
    ("POST", "/replies/1/ask", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"X-Newsletter-Key": ""},
        {"X-Newsletter-Key": "0" * 64},
        {"Cookie": ""},
    ],
    ids=str,
)
def test_nothing_is_changed_for_another_page(
    studio: Studio, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    before = studio.issue.read_bytes(), sorted(studio.root.glob("issues/*"))

    status, _ = send(studio, method, path, body, headers)

    assert status == 403
    assert (studio.issue.read_bytes(), sorted(studio.root.glob("issues/*"))) == before


def test_the_page_itself_may_ask(studio: Studio) -> None:
    status, answer = send(studio, "POST", "/merge", {"base": "a", "mine": "b", "theirs": "a"})

    assert (status, json.loads(answer)) == (200, {"text": "b", "clashes": 0})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, {"text": 1}, {}], ids=repr)
def test_what_is_no_message_is_refused_with_words(studio: Studio, body: object) -> None:
    status, answer = send(studio, "PUT", f"/source/{NAME}", body)

    assert status == 200
    assert "load the page again" in json.loads(answer)["refused"][0]["fix"]


def test_a_message_that_is_too_long_is_refused(studio: Studio) -> None:
    status, answer = send(studio, "POST", "/merge", {"base": "x" * 12_000_001})

    assert status == 200
    assert "more than 12,000,000 bytes" in answer


@pytest.mark.parametrize("name", ["..%2f..%2fweg", "..", ".verborgen", "_weg", "a%2fb", "a%5cb", "a%00b"])
def test_no_name_leads_out_of_the_folder_of_issues(studio: Studio, name: str) -> None:
    before = set(studio.root.parent.glob("**/*weg*"))  # other tests have such a file of their own
    for method, path, body in (
        ("PUT", f"/source/{name}", {"text": "weg", "base": None}),
        ("POST", f"/keep/{name}", {"side": "mine", "text": "weg"}),
    ):
        status, _ = send(studio, method, path, body)

        assert status in (404, 405)
    assert set(studio.root.parent.glob("**/*weg*")) == before


def test_a_project_comes_back_at_the_same_address(studio: Studio) -> None:
    root = studio.root.parent / "another"
    assert newsletter(studio.root.parent, "init", str(root)).returncode == 0
    first = start(root)
    try:
        second = start(root)
        second.process.kill()
        second.process.communicate()
    finally:
        first.process.kill()
        first.process.communicate()
    third = start(root)
    third.process.kill()
    third.process.communicate()

    assert first.port == third.port
    assert second.port != first.port
