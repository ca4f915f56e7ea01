"""`newsletter templates`: what it prints, and how it leaves."""

from __future__ import annotations

import json

from cli_world import Project


def test_the_list_says_where_each_template_comes_from(bare: Project) -> None:
    done = bare.run("templates", "list", "--json")

    listed = {item["name"]: item for item in json.loads(done.out)}
    assert 0 == done.code
    assert {"letter": "overriding", "digest": "packaged", "announcement": "packaged"} == {
        name: item["origin"] for name, item in listed.items()
    }
    assert listed["letter"]["is_default"]


def test_a_new_template_is_listed_checked_and_not_overwritten(bare: Project) -> None:
    made = bare.run("templates", "new", "eigen", "--from", "digest")
    checked = bare.run("templates", "check", "eigen")
    again = bare.run("templates", "new", "eigen")

    assert (0, "templates/eigen.mjml.j2") == (made.code, made.out.strip())
    assert 0 == checked.code, checked.out
    assert 2 == again.code
    assert "exists already" in again.err


def test_the_exit_code_tells_findings_from_what_cannot_be_rendered(bare: Project) -> None:
    template = bare.root / "templates/eigen.mjml.j2"

    template.write_text("<mjml><mj-body>{{ content }}</mj-body></mjml>")
    without_a_way_out = bare.run("templates", "check", "eigen")
    template.write_text("<mjml><mj-bdy>{{ content }}</mj-bdy></mjml>")
    broken = bare.run("templates", "check", "eigen", "--json")
    unknown = bare.run("templates", "check", "eigne")

    assert (1, 3, 2) == (without_a_way_out.code, broken.code, unknown.code)
    assert "unsubscribe" in without_a_way_out.out
    assert "templates/eigen.mjml.j2" == json.loads(broken.out)["reports"][0]["path"]
    assert 'did you mean "eigen"?' in unknown.err
