"""An issue in several languages: one campaign, each reader in their own language, nobody twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from newsletter.delivery.wish import Wish
from newsletter.domain.campaign import Campaign
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import ContentError, DeliveryRefused, UsageError
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.project.replies.sent_letters import SentLetters

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
DUTCH = """---
subject: "Wat is er veranderd?"
preheader: "Wij zijn verhuisd, en dit is het nieuwe adres voor iedereen."
segment: -tag:stil
---
Beste {{ first_name | lezer }},

Wij zijn verhuisd naar een ander gebouw.

::: only tag:gemeente
Ook de gemeente is verhuisd.
:::

Met vriendelijke groet,
An
"""
ENGLISH = """---
subject: "What has changed?"
preheader: "We have moved, and this is the new address for everybody."
segment: -tag:stil
---
Dear {{ first_name | reader }},

We have moved to another building.

With kind regards,
Ann
"""
READERS = {
    "nl": ("nl", ""),
    "be": ("nl-BE", "gemeente"),
    "gb": ("en-GB", "gemeente"),
    "fr": ("fr", ""),
    "none": (None, ""),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("languages") / "letters"
    start_newsletter(root, name="Brief", lang="nl", today=NOW.date())
    for path in (root / "issues").glob("*.md"):
        path.unlink()
    (root / "issues/2026-12-01-anders.nl.md").write_text(DUTCH)
    (root / "issues/2026-12-01-anders.en.md").write_text(ENGLISH)
    with at(root) as project:
        for name, (lang, tag) in READERS.items():
            email = f"{name}@lezer.example"
            project.store.subscribers.add(
                Subscriber(
                    id=0,
                    email=email,
                    key=email,
                    status=SubscriberStatus.ACTIVE,
                    lang=lang,
                    tags=frozenset({tag} - {""}),
                )
            )
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "letters")


@pytest.fixture
def project(root: Path) -> Iterator[Project]:
    with at(root) as project:
        yield project


def at(root: Path, moment: datetime = NOW) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(moment))


def english(project: Project) -> Path:
    return project.config.root / "issues/2026-12-01-anders.en.md"


def dutch(project: Project) -> Path:
    return project.config.root / "issues/2026-12-01-anders.nl.md"


def planned(project: Project) -> Campaign:
    for path in (dutch(project), english(project)):
        report = project.gate.check(path)
        assert not report.is_blocking, [str(one) for one in report.findings]
    prepared = project.sending.prepare(english(project), wish=Wish())
    clearance = project.gate.judge(english(project), prepared.plan.segment).require()
    return project.sending.freeze(prepared, clearance)


def sent(project: Project) -> dict[str, str]:
    """Return the subject that came to each reader."""
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in (project.config.root / "outbox").rglob("*.eml")
    ]
    found = {str(mail["To"]).partition("@")[0]: str(mail["Subject"]) for mail in mails}
    assert len(found) == len(mails)
    return found


def run(project: Project, campaign: Campaign) -> None:
    project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)


def test_each_reader_gets_one_letter_in_their_own_language(project: Project):
    campaign = planned(project)

    run(project, campaign)

    assert campaign.total == 5
    assert sent(project) == {
        "nl": "Wat is er veranderd?",
        "be": "Wat is er veranderd?",
        "fr": "Wat is er veranderd?",
        "none": "Wat is er veranderd?",
        "gb": "What has changed?",
    }


def test_the_plan_says_how_many_get_which_language_and_how_many_it_is_not_theirs(project: Project):
    plan = project.sending.prepare(dutch(project), wish=Wish()).plan

    assert [(one.lang, one.count, one.falling_back, one.subject) for one in plan.languages] == [
        ("nl", 4, 2, "Wat is er veranderd?"),
        ("en", 1, 0, "What has changed?"),
    ]
    assert {one.key: (one.count, one.shown) for one in plan.variants} == {
        "nl:0": (3, ()),
        "nl:1": (1, ("tag:gemeente",)),
        "en:": (1, ()),
    }
    assert plan.issue_path == "issues/2026-12-01-anders.nl.md"


def test_both_files_name_the_same_campaign(project: Project):
    plans = [project.sending.prepare(path, wish=Wish()).plan for path in (dutch(project), english(project))]

    assert plans[0] == plans[1]


def test_nobody_is_mailed_a_second_time_after_their_language_changed(project: Project):
    run(project, planned(project))

    with pytest.raises(DeliveryRefused, match="already has"):
        project.sending.prepare(english(project), segment="email:gb@lezer.example", wish=Wish())


def test_a_campaign_goes_on_only_while_every_language_is_as_it_was(project: Project):
    campaign = planned(project)
    english(project).write_text(ENGLISH.replace("another", "a better"))

    with pytest.raises(DeliveryRefused, match="changed since this campaign was planned"):
        run(project, campaign)

    english(project).write_text(ENGLISH)
    run(project, campaign)
    assert len(sent(project)) == 5


def test_a_campaign_does_not_go_on_without_one_of_its_languages(project: Project):
    campaign = planned(project)
    english(project).unlink()

    with pytest.raises(UsageError, match=r"gone: 2026-12-01-anders\.en\.md"):
        run(project, campaign)

    assert sent(project) == {}


def test_a_campaign_in_one_language_goes_on_after_a_second_one_came(project: Project):
    kept = english(project).read_text()
    english(project).unlink()
    assert not project.gate.check(dutch(project)).is_blocking
    prepared = project.sending.prepare(dutch(project), wish=Wish())
    campaign = project.sending.freeze(prepared, project.gate.judge(dutch(project), "-tag:stil").require())
    english(project).write_text(kept)

    run(project, campaign)

    assert campaign.variants == ("0", "1")
    assert set(sent(project).values()) == {"Wat is er veranderd?"}


def test_two_slugs_are_not_one_issue(project: Project):
    english(project).write_text(ENGLISH.replace("segment:", "slug: other\nsegment:"))

    with pytest.raises(ContentError, match=r'en\.md:4.*slug is "other", and "anders"'):
        project.sending.prepare(dutch(project), wish=Wish())


def test_what_is_wrong_in_any_language_is_told_at_once(project: Project):
    for path in (dutch(project), english(project)):
        path.write_text(path.read_text() + "\n::: nonsense\nx\n:::\n")

    with pytest.raises(ContentError) as caught:
        project.sending.prepare(dutch(project), wish=Wish())

    places = {problem.place.path for problem in caught.value.problems if problem.place}
    assert places == {"issues/2026-12-01-anders.nl.md", "issues/2026-12-01-anders.en.md"}


def test_the_gate_wants_every_language_checked(project: Project):
    assert not project.gate.check(dutch(project)).is_blocking

    judgement = project.gate.judge(dutch(project), "-tag:stil")

    with pytest.raises(DeliveryRefused, match=r"newsletter check issues/2026-12-01-anders\.en\.md"):
        judgement.require()


def test_each_language_is_checked_for_its_own_readers(project: Project):
    seen: list[int] = []
    for path in (dutch(project), english(project)):
        project.issues.check(path, examined=lambda context, _report: seen.append(context.survey.readers))

    assert seen == [4, 1]


def test_a_language_nobody_reads_keeps_no_letter_in(project: Project):
    american = english(project).with_name("2026-12-01-anders.en-US.md")
    american.write_text(ENGLISH)
    report = project.gate.check(american)

    assert not report.is_blocking
    assert any(one.slug == "language-unread" for one in report.findings)
    assert set(project.sending.prepare(dutch(project)).audience.variants.languages) == {"nl", "en"}
    planned(project)


@pytest.mark.parametrize("change", [str.upper, str.swapcase, lambda text: text.replace("-", "_")])
def test_odd_languages_of_readers_leave_nobody_out(project: Project, change: Callable[[str], str]):
    for number, lang in enumerate(("en", "nl-be", 'x"y', "a\\b", "  ")):
        email = f"odd{number}@lezer.example"
        project.store.subscribers.add(
            Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, lang=change(lang))
        )

    prepared = project.sending.prepare(dutch(project))
    letters = prepared.letters

    assert prepared.plan.count == 10
    for member in prepared.audience.members():
        assert member.variant.startswith(f"{letters.lang_for(member.email)}:")


def test_a_slug_or_a_name_without_language_means_all_files_and_a_file_itself_alone(project: Project):
    issues = project.issues

    assert issues.find_all("anders") == issues.find_all("issues/2026-12-01-anders")
    assert issues.find_all("2026-12-01-anders.md") == (dutch(project), english(project))
    assert issues.find_all("2026-12-01-anders.en.md") == (english(project),)
    assert issues.find("anders") == dutch(project)


def test_a_slug_of_the_front_matter_means_all_files_too(project: Project):
    for path in (dutch(project), english(project)):
        path.write_text(path.read_text().replace("segment:", "slug: nieuws\nsegment:", 1))

    assert project.issues.find_all("nieuws") == (dutch(project), english(project))
    with pytest.raises(UsageError, match=r"anders\.nl\.md"):
        project.issues.find_all("nieuw")


def test_the_files_of_a_campaign_are_no_drafts_any_more(project: Project):
    assert project.issues.drafts() == [english(project), dutch(project)]

    planned(project)

    assert project.issues.drafts() == []


def test_a_test_shows_every_language_or_one(project: Project):
    outcomes = [project.sending.test(dutch(project), ["an@brief.example"], lang) for lang in (None, "EN")]

    subjects = [
        str(message_from_bytes(path.read_bytes(), policy=default)["Subject"])
        for path in (project.config.root / "outbox").rglob("*.eml")
    ]
    assert [outcome.kind for found in outcomes for _, outcome in found] == ["accepted", "accepted"]
    assert sorted(subjects) == [
        "[Test] Wat is er veranderd?",
        "[Test] What has changed?",
        "[Test] What has changed?",
    ]
    with pytest.raises(UsageError, match=r'not in "de"(.|\n)*it is in: nl, en'):
        project.sending.test(dutch(project), ["an@brief.example"], "de")


def test_a_build_has_a_folder_for_each_language_and_that_of_a_reader_none(project: Project, tmp_path: Path):
    out = tmp_path / "build"

    assert project.issues.builds("anders", out, None) == [
        (dutch(project), out / "nl"),
        (english(project), out / "en"),
    ]
    assert project.issues.builds("anders", out, "gb@lezer.example") == [(english(project), out)]
    assert project.issues.builds("2026-12-01-anders.nl", out, "gb@lezer.example") == [(dutch(project), out)]


def test_only_those_who_got_the_faulty_language_get_the_notice(project: Project):
    run(project, planned(project))
    campaign = project.correcting.find(english(project))
    notice = project.config.root / "issues/2026-12-02-sorry.md"
    notice.write_text(
        ENGLISH.replace("What has changed?", "A word was wrong").replace("segment: -tag:stil\n", "")
    )
    correcting = project.correcting

    lang = correcting.language("issues/2026-12-01-anders.en.md", None)
    plan = correcting.plan(english(project), campaign, notice=notice, lang=lang)
    everybody = correcting.plan(
        english(project), campaign, notice=notice, lang=correcting.language("anders", None)
    )

    assert plan.prepared is not None
    assert everybody.prepared is not None
    assert (plan.prepared.plan.first, plan.prepared.plan.count) == ("gb@lezer.example", 1)
    assert (plan.standing.accepted, everybody.prepared.plan.count) == (1, 5)
    with pytest.raises(UsageError, match='not in "de"'):
        correcting.language("anders", "de")


def test_a_mended_language_goes_to_those_who_were_not_mailed(project: Project):
    campaign = planned(project)
    english(project).write_text(ENGLISH.replace("another", "a better"))

    plan = project.correcting.plan(english(project), campaign)

    assert plan.prepared is not None
    assert plan.prepared.plan.count == 5
    assert {one.lang: one.count for one in plan.prepared.plan.languages} == {"nl": 4, "en": 1}


def test_the_ledger_knows_where_the_readers_of_each_language_stand(project: Project):
    campaign = planned(project)
    run(project, campaign)

    assert project.sending.languages(campaign.id) == {"nl": {"accepted": 4}, "en": {"accepted": 1}}


def test_what_a_reader_quotes_is_told_by_the_letter_in_their_language(project: Project):
    run(project, planned(project))
    letters = SentLetters(project)
    ids = {row.email.partition("@")[0]: row.delivery_id for row in project.sending.deliveries("anders")}

    assert "We have moved" in str(letters.text("anders", ids["gb"]))
    assert "Wij zijn verhuisd" not in str(letters.text("anders", ids["gb"]))
    assert "Wij zijn verhuisd" in str(letters.text("anders", ids["be"]))
    unknown = str(letters.text("anders", "nobody"))
    assert "We have moved" in unknown
    assert "Wij zijn verhuisd" in unknown
    assert set(letters.subjects) == {"Wat is er veranderd?", "What has changed?"}


def test_an_issue_is_begun_in_another_language_with_its_keys_and_its_text(project: Project):
    single = project.config.root / "issues/2026-12-08-kort.md"
    single.write_text('---\nsubject: "Kort"\npreheader: >\n  Een\n  regel\nnumber: 4\nlang: nl\n---\nDag\n')

    made = project.issues.new_language("kort", 'In "short"', "EN")

    assert made.renamed == single.with_name("2026-12-08-kort.nl.md")
    assert made.path.read_text() == '---\nsubject: "In \\"short\\""\nnumber: 4\n---\nDag\n'
    issues = [project.issues.load(path) for path in project.issues.find_all("kort")]
    assert [(one.lang, one.slug, one.number) for one in issues] == [("nl", "kort", 4), ("en", "kort", 4)]


@pytest.mark.parametrize(
    ("lang", "says"),
    [("nl", "there in nl already"), ("EN", "there in en already"), ("e n", "not a language")],
)
def test_a_language_that_is_there_or_is_none_is_not_begun(project: Project, lang: str, says: str):
    before = dutch(project).read_text(), english(project).read_text()

    with pytest.raises(UsageError, match=says):
        project.issues.new_language("anders", "Again", lang)

    assert before == (dutch(project).read_text(), english(project).read_text())


def test_a_letter_that_left_is_not_begun_in_another_language(project: Project):
    planned(project)

    with pytest.raises(UsageError, match="was sent, or is in a campaign"):
        project.issues.new_language("anders", "Encore", "fr")


def test_every_language_needs_somebody_s_yes(project: Project):
    config = project.config.root / "newsletter.toml"
    config.write_text(config.read_text() + "\n[send]\napproval = true\n")
    with at(project.config.root) as strict:
        for path in (dutch(strict), english(strict)):
            assert not strict.gate.check(path).is_blocking
        strict.gate.approve(dutch(strict), "Dirk")

        with pytest.raises(DeliveryRefused, match=r"newsletter approve issues/2026-12-01-anders\.en\.md"):
            strict.gate.judge(dutch(strict), "-tag:stil").require()

        strict.gate.approve(english(strict), "Sue")
        clearance = strict.gate.judge(dutch(strict), "-tag:stil").require()

    assert clearance.approved_by == "Dirk and Sue"


def test_two_subjects_are_tried_in_every_language(project: Project):
    for path in (dutch(project), english(project)):
        path.write_text(path.read_text().replace("preheader", 'subject_b: "B"\npreheader', 1))
    for number in range(40):
        email = f"more{number}@lezer.example"
        lang = "nl" if number % 2 else "en"
        project.store.subscribers.add(
            Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE, lang=lang)
        )

    prepared = project.sending.prepare(dutch(project), wish=Wish())

    assert [(one.lang, one.subject_b) for one in prepared.plan.languages] == [("nl", "B"), ("en", "B")]
    waves = {
        (page.waves[at], page.variants[at][:2])
        for page in prepared.plan.layout.place(prepared.audience.pages())
        for at in range(len(page))
    }
    assert {lang for _, lang in waves} == {"nl", "en"}
    assert len({wave for wave, _ in waves}) == 3


def test_a_segment_with_nobody_in_it_is_refused(project: Project):
    with pytest.raises(UsageError, match="there is nobody in"):
        project.sending.prepare(dutch(project), segment="tag:nobody", wish=Wish())


def test_a_letter_leads_to_the_archive_in_its_own_language(project: Project):
    run(project, planned(project))

    mails = {
        path: message_from_bytes(path.read_bytes(), policy=default)
        for path in (project.config.root / "outbox").rglob("*.eml")
    }
    texts = {str(mail["Subject"]): str(mail.get_body(("plain",))) for mail in mails.values()}
    home = project.config.newsletter.base_url
    assert f"{home}/archive/anders/en" in texts["What has changed?"]
    assert f"{home}/archive/anders\n" in texts["Wat is er veranderd?"].replace("=\n", "")
    assert f"{home}/archive/anders/en" in project.issues.preview(english(project)).text


@pytest.mark.parametrize(
    ("name", "lang", "why"),
    [
        ("nl", "nl", "which the list has for them"),
        ("be", "nl", "of which theirs, nl-BE, is a form"),
        ("gb", "en", "of which theirs, en-GB, is a form"),
        ("fr", "nl", "which comes first: none of these is theirs, fr"),
        ("none", "nl", "which comes first: the list has no language for them"),
    ],
)
def test_why_names_the_language_a_reader_gets_and_the_reason(
    project: Project, name: str, lang: str, why: str
):
    answer = project.audience.why(f"{name}@lezer.example")

    assert answer.language == lang
    assert answer.reasons[-1] == f"language: of 2026-12-01-anders (nl, en) they get {lang}, {why}"


def test_why_names_the_language_in_which_a_campaign_was_planned_for_a_reader(project: Project):
    campaign = planned(project)
    reader = project.store.subscribers.get("gb@lezer.example")
    assert reader is not None

    answer = project.audience.why(reader.email, campaign=campaign.id)

    assert answer.language == "en"
    assert answer.reasons[-1] == "language: en, as the list had them when it was planned"


def test_where_every_issue_is_in_one_language_nothing_is_told_of_languages(project: Project):
    english(project).unlink()

    assert project.audience.why("gb@lezer.example").language is None
    assert project.audience.languages(["lang:nl"]) == [{}]


def test_segments_say_how_many_get_which_language_as_the_plan_does(project: Project):
    plan = project.sending.prepare(dutch(project), wish=Wish()).plan

    everybody, of_gemeente = project.audience.languages(["-tag:stil", "tag:gemeente"])

    assert everybody == {one.lang: one.count for one in plan.languages} == {"nl": 4, "en": 1}
    assert of_gemeente == {"nl": 1, "en": 1}


def test_each_mail_of_a_campaign_says_in_which_language_it_was(project: Project):
    campaign = planned(project)
    run(project, campaign)

    fates = project.events.fates(campaign.id)

    assert {fate.email.partition("@")[0]: fate.lang for fate in fates} == {
        "nl": "nl",
        "be": "nl",
        "gb": "en",
        "fr": "nl",
        "none": "nl",
    }
