"""A newsletter.toml that cannot be used is told as a whole; a newsletter is found from anywhere in it."""

import pytest
from cli_world import run

WRONG = """
[newsletter]
name = 3
lang = "zz zz"
timezone = "Europa/Amsterdam"
base_url = "http://brief.example"
[sender]
from = "nobody"
[provider]
rate = "fast"
[provider.sendgrid]
api_key = "SG.a.literal.key"
[provider.smtp]
pasword = "x"
[segmnts.a]
where = "tag:a"
[fields.tag]
[checks]
ignore = {TX004 = ""}
"""


def test_all_that_is_wrong_in_the_file_is_told_at_once_in_its_order(bare):
    (bare.root / "newsletter.toml").write_text(WRONG, "utf-8")

    done = bare.run("status")

    lines = [int(line.split(":")[1]) for line in done.err.splitlines() if line.startswith("newsletter.toml:")]
    assert (done.code, done.out) == (2, "")
    assert lines == [3, 4, 5, 6, 8, 10, 12, 14, 15, 17, 19]
    for said in ("a secret stands here", '"password"', '"segments"', "Europe/Amsterdam", "2 10/s"[2:]):
        assert said in done.err
    assert "SG.a.literal.key" not in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[newsletter\nname = "x"\n', "newsletter.toml:1:12: error: this is not TOML"),
        (b'[newsletter]\nname = "caf\xe9"\n', "newsletter.toml:2: error: the file is not UTF-8 here"),
        (None, "error: there is no newsletter.toml in . or above it"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(bare, content, said):
    file = bare.root / "newsletter.toml"
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    done = bare.run("status")

    assert (done.code, said in done.err, "fix:" in done.err) == (2, True, True), done.err


def test_a_newsletter_is_found_from_a_directory_within_and_from_elsewhere(project, tmp_path):
    for place, arguments in ((project.root / "issues", ()), (tmp_path, ("-C", str(project.root)))):
        done = run(*arguments, "build", "first", "--json", cwd=place)

        assert done.code == 0, done.err
        assert (project.root / "build/first.html").exists()
        assert not (place / "build").exists()


@pytest.mark.parametrize(
    ("provider", "settings", "said"),
    [
        ("sendgird", "", 'did you mean "sendgrid"?'),
        ("smtp", "", "[provider.smtp] has no host"),
        ("sendgrid", "", "[provider.sendgrid] has no api_key"),
        ("sendgrid", '[provider.sendgrid]\napi_key = "env:NO_SUCH_KEY"', "export NO_SUCH_KEY=…"),
    ],
)
def test_a_provider_that_is_not_set_up_refuses_before_anything_is_written_down(
    project, provider, settings, said
):
    project.configure(settings, provider=provider)

    done = project.run("send", "first", "--yes")

    assert (done.code, said in done.err) == (2, True), done.err
    assert "Nothing was sent yet" in project.run("status").err
