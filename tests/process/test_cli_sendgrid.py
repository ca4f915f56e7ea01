"""Each way in which SendGrid can answer ends with its own count, exit code and words."""

import pytest

from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub


@pytest.mark.parametrize(
    ("faults", "counts", "code", "said"),
    [
        ([], {"accepted": 40}, 0, ""),
        (["400-first"], {"accepted": 39, "rejected": 1}, 4, "1 refused by the provider for good"),
        (["400-unindexed"], {"accepted": 40}, 0, ""),
        (["400-credits"], {"pending": 40}, 5, "Maximum credits exceeded"),
        (["401"], {"pending": 40}, 5, "SendGrid answered 401"),
        (["429"], {"accepted": 40}, 0, ""),
        (["500"], {"unknown": 40}, 4, "40 unknown: they may or may not have it"),
        (["302"], {"unknown": 40}, 4, "newsletter resolve"),
        (["accepted-nothing"], {"unknown": 40}, 4, "--deliveries"),
    ],
    ids=lambda value: "-".join(value) or "202" if isinstance(value, list) else "",
)
def test_an_answer_ends_where_it_should(project, tmp_path, faults, counts, code, said):
    with SendgridStub(tmp_path / "journal") as stub:
        stub.arrange(*faults)
        project.configure(
            f'[provider.sendgrid]\nhost = "{stub.url}"\napi_key = "env:STUB_KEY"', provider="sendgrid"
        )
        project.extra["STUB_KEY"] = API_KEY

        done = project.run("send", "first", "--yes", "--json")

        assert (done.code, done.json["counts"], done.json["exit_code"]) == (code, counts, code), done.err
        assert said in project.run("status").out
        taken = [mail.email for mail in stub.mails()]
        assert len(taken) == len(set(taken))
        assert len(taken) >= counts.get("accepted", 0)


def test_what_is_unknown_is_settled_by_the_operator_alone(project, tmp_path):
    with SendgridStub(tmp_path / "journal") as stub:
        stub.arrange("500")
        project.configure(
            f'[provider.sendgrid]\nhost = "{stub.url}"\napi_key = "env:STUB_KEY"', provider="sendgrid"
        )
        project.extra["STUB_KEY"] = API_KEY
        assert project.run("send", "first", "--yes").code == 4

        looked = project.run("resolve", "first")
        unasked = project.run("resolve", "first", "--retry-unknown")
        both = project.run("resolve", "first", "--retry-unknown", "--assume-sent")
        retried = project.run("resolve", "first", "--retry-unknown", "--yes")
        resumed = project.run("resume")

        assert (looked.code, unasked.code, both.code, retried.code, resumed.code) == (4, 2, 2, 4, 0)
        assert "40 readers may get the letter twice" in unasked.err
        assert project.counts() == {"accepted": 40}
        assert len(stub.mails()) == 40


def test_a_dry_run_with_the_provider_shows_it_the_first_batch_and_mails_nobody(project, tmp_path):
    with SendgridStub(tmp_path / "journal") as stub:
        stub.arrange("plain", "400-first")
        project.configure(
            f'[provider.sendgrid]\nhost = "{stub.url}"\napi_key = "env:STUB_KEY"', provider="sendgrid"
        )
        project.extra["STUB_KEY"] = API_KEY

        fine = project.run("send", "--dry-run=provider", "first")
        refused = project.run("send", "first", "--dry-run=provider", "--json")
        plain = project.run("send", "--dry-run", "first")
        status = project.run("status")

        assert (fine.code, refused.code, plain.code) == (0, 5, 0), fine.err + refused.err
        assert "first 40 readers: SendGrid would take it" in fine.err
        (said,) = refused.json["rehearsals"]
        assert (said["readers"], said["fine"], len(said["refused"])) == (40, False, 1)
        assert "Nothing was sent yet" in status.err
        assert (stub.requests, stub.mails()) == (2, ())


def test_a_provider_that_cannot_look_without_mailing_says_so(project):
    done = project.run("send", "first", "--dry-run=provider")

    assert done.code == 2
    assert "outbox cannot look at a letter without mailing it" in done.err


def test_the_doctor_and_the_lists_of_the_provider_are_a_command_away(project, tmp_path):
    with SendgridStub(tmp_path / "journal") as stub:
        stub.account.suppressions = {"unsubscribes": [{"email": "weg@elders.example", "created": 1795000000}]}
        project.configure(
            f'[provider.sendgrid]\nhost = "{stub.url}"\napi_key = "env:STUB_KEY"', provider="sendgrid"
        )
        project.extra["STUB_KEY"] = API_KEY

        told = project.run("doctor", "provider")
        as_json = project.run("doctor", "provider", "--json")
        planned = project.run("subscribers", "sync")
        applied = project.run("subscribers", "sync", "--apply", "--json")

        assert (told.code, as_json.code) == (1, 1), told.err
        assert "✗ domain: " in told.out
        assert {one["subject"] for one in as_json.json["provider"]} >= {"provider", "key", "domain", "events"}
        assert "To be stopped here: 1 unsubscribed" in planned.out
        assert applied.json == {
            "listed": {"unsubscribes": 1},
            "stopped": {"unsubscribed": 1},
            "passing": 0,
            "applied": True,
        }


def test_whom_the_provider_does_not_mail_can_be_taken_over_before_each_letter(project, tmp_path):
    with SendgridStub(tmp_path / "journal") as stub:
        project.configure(
            f'[send]\nsync = true\n[provider.sendgrid]\nhost = "{stub.url}"\napi_key = "env:STUB_KEY"',
            provider="sendgrid",
        )
        project.extra["STUB_KEY"] = API_KEY
        first = project.run("send", "first", "--dry-run", "--json").json["first"]
        stub.account.suppressions = {"spam_reports": [{"email": first, "created": 1795000000}]}

        sent = project.run("send", "first", "--yes")

        assert sent.code == 0, sent.err
        assert "1 more, who are never mailed again: complained" in sent.err
        assert len(stub.mails()) == 39
        assert first.lower() not in {mail.email.lower() for mail in stub.mails()}
