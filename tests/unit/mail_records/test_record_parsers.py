"""SPF, DKIM, DMARC and the rest are read as written, and nothing that stands in the DNS stops them."""

from __future__ import annotations

import string

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.mail_records.dkim_key import is_dkim, key_record, parse_dkim
from newsletter.domain.mail_records.dmarc import is_dmarc, parse_dmarc
from newsletter.domain.mail_records.dmarc_walk import find_dmarc
from newsletter.domain.mail_records.spf import is_spf, parse_spf
from newsletter.domain.mail_records.spf_tree import SpfFaultKind, follow_spf
from newsletter.domain.mail_records.transport import parse_bimi, parse_policy, sts_problems, tls_problems

_WORDS = """v=spf1 v=DMARC1 v=DKIM1 ; = : / %{ } %% a mx include: ip4: redirect= all p= k=rsa rua=mailto: @ !
. - 0 33 é \\ \""""
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\t", "\0"])
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join))
_NAMES = st.sampled_from(["a.example", "b.example", "c.example"])


@settings(max_examples=60)
@given(_TEXTS)
def test_whatever_stands_in_the_dns_can_be_read(text: str) -> None:
    assert isinstance(is_spf(text), bool)
    parse_spf(f"v=spf1 {text}")
    for record in (text, f"v=DKIM1; {text}"):
        key = parse_dkim(record)
        assert key.bits is not None or key.is_revoked or key.problems
    for record in (text, f"v=DMARC1; {text}"):
        dmarc = parse_dmarc(record)
        assert dmarc.policy is not None or dmarc.problems
    assert isinstance(is_dkim(text) and is_dmarc(text), bool)
    parse_bimi(text)
    sts_problems(text)
    tls_problems(text)
    parse_policy(text).names(text)


@given(
    st.dictionaries(
        _NAMES,
        st.lists(
            st.sampled_from(
                [
                    "include:a.example",
                    "include:b.example",
                    "redirect=c.example",
                    "mx",
                    "a:b.example",
                    "ptr",
                    "all",
                ]
            ),
            max_size=12,
        ),
    )
)
def test_following_spf_ends_whatever_refers_to_what(zone: dict[str, list[str]]) -> None:
    questions = 0

    def ask(name: str, kind: RecordType) -> DnsAnswer:
        nonlocal questions
        questions += 1
        records = (" ".join(["v=spf1", *zone[name]]),) if kind is RecordType.TXT and name in zone else ()
        return DnsAnswer(records=records, has_name=name in zone)

    tree = follow_spf("a.example", ask, asks_addresses=True)

    assert questions < 200
    assert tree.lookups < 60


@pytest.mark.parametrize(
    ("term", "problem"),
    [
        ("ip4:203.0.113.7", None),
        ("-ip6:2001:db8::/32", None),
        ("a/24//64", None),
        ("?mx:x.example/28", None),
        ("exists:%{ir}.%{v}._spf.%{d2}", None),
        ("exp=explain._spf.%{d}", None),
        ("anything=goes", None),
        ("INCLUDE:_spf.x.example", None),
        ("include", "needs a colon"),
        ("include:", "no domain"),
        ("include:localhost", "no domain"),
        ("ip4:203.0.113.7/33", "no IPv4"),
        ("ip6:203.0.113.7", "no IPv6"),
        ("ip4", "needs a colon and an address"),
        ("a/33", "length"),
        ("a:x.example/", "length"),
        ("ptr:x.example/24", "no length"),
        ("all:x", "nothing may follow"),
        ("exists:%{q}.x.example", "macro"),
        ("include:%", "there is no such term"),
        ("~", "there is no such term"),
        ("include :x.example", "needs a colon"),
    ],
)
def test_a_term_of_spf_is_read_or_its_slip_is_told(term: str, problem: str | None) -> None:
    problems = parse_spf(f"v=spf1 {term} -all").problems

    if problem is None:
        assert problems == ()
    else:
        assert problem in problems[0]


def test_what_stands_behind_all_and_a_redirect_beside_all_cost_nothing() -> None:
    record = parse_spf("v=spf1 a all mx redirect=x.example")

    assert [term.name for term in record.asking] == ["a"]
    assert record.redirect is None


def test_a_record_that_is_referred_to_twice_costs_twice() -> None:
    zone = {
        "a.example": "v=spf1 include:b.example include:c.example -all",
        "b.example": "v=spf1 include:d.example",
        "c.example": "v=spf1 include:d.example",
        "d.example": "v=spf1 mx a",
    }

    tree = follow_spf("a.example", lambda name, _: DnsAnswer(records=(zone[name],)))

    assert tree.lookups == 8
    assert tree.faults == ()


def test_a_domain_below_macros_is_left_alone() -> None:
    def ask(name: str, _: RecordType) -> DnsAnswer:
        assert name == "a.example"
        return DnsAnswer(
            records=("v=spf1 include:%{i}.b.example exists:%{l}.c.example redirect=%{d}.e.example",)
        )

    tree = follow_spf("a.example", ask, asks_addresses=True)

    assert (tree.lookups, tree.voids, tree.faults) == (3, (), ())


def test_who_may_send_is_known_where_no_macro_decides() -> None:
    zone = {
        ("a.example", "TXT"): (
            "v=spf1 -ip4:203.0.113.9 mx/28 a:b.example ?include:c.example include:d.example -all",
        ),
        ("a.example", "MX"): ("m.example",),
        ("m.example", "A"): ("203.0.113.17",),
        ("b.example", "AAAA"): ("2001:db8::5",),
        ("c.example", "TXT"): ("v=spf1 ip4:192.0.2.0/24",),
        ("d.example", "TXT"): ("v=spf1 ip4:198.51.100.0/24 ~ip4:198.18.0.0/15",),
    }

    tree = follow_spf(
        "a.example", lambda name, kind: DnsAnswer(records=zone.get((name, kind), ())), asks_addresses=True
    )

    assert all(map(tree.lets, ["203.0.113.30", "2001:db8::5", "198.51.100.1"]))
    assert [
        tree.lets(one) for one in ("203.0.113.9", "203.0.113.1", "2001:db8::6", "192.0.2.1", "198.18.0.1")
    ] == [False] * 5


def test_a_loop_is_told_with_the_record_it_is_in() -> None:
    zone = {"a.example": "v=spf1 include:b.example", "b.example": "v=spf1 redirect=a.example"}

    tree = follow_spf("a.example", lambda name, _: DnsAnswer(records=(zone[name],)))

    assert [(fault.kind, fault.domain, fault.what) for fault in tree.faults] == [
        (SpfFaultKind.LOOP, "b.example", "a.example")
    ]


@pytest.mark.parametrize(
    "text", ["%{" * 30_000, "a:" + " " * 60_000 + "x" + " " * 60_000, "include:" + "a-" * 30_000]
)
def test_a_long_record_takes_no_longer_than_its_length(text: str) -> None:
    """A pattern that goes back and forth would need minutes for each of these."""
    assert parse_spf(f"v=spf1 {text}").problems
    assert parse_dmarc(f"v=DMARC1; p=none; rua={text}").slips
    assert parse_dkim(f"v=DKIM1; p={text}").problems
    assert parse_policy(text).problems
    assert sts_problems(text)
    assert tls_problems(text)


# --- DKIM ---------------------------------------------------------------------------------------------


def test_a_key_is_known_whichever_way_it_is_written() -> None:
    edwards = key_record(ed25519.Ed25519PrivateKey.generate())
    record = key_record(rsa.generate_private_key(65537, 1024))
    spaced = (
        record.replace("v=DKIM1; k=rsa; p=", "p=")[:60]
        + " "
        + record.replace("v=DKIM1; k=rsa; p=", "p=")[60:]
    )

    assert parse_dkim(edwards).bits == 256
    assert parse_dkim(edwards).problems == ()
    assert parse_dkim(spaced).fingerprint == parse_dkim(record).fingerprint
    assert parse_dkim(record).bits == 1024


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("v=DKIM1; ", "") + "; v=DKIM1", "stand first"),
        (lambda text: text.replace("DKIM1", "DKIM2"), "stand first"),
        (lambda text: text.replace("p=", "q="), "missing"),
        (lambda text: text.replace("k=rsa", "k=ed25519"), "no key for ed25519"),
        (lambda text: text + "; s=tlsrpt", "does not allow email"),
        (lambda text: text.replace("p=", 'p="'), "no key for rsa"),
        (lambda text: text + "; p=", "twice"),
    ],
)
def test_a_slip_in_a_key_is_told(change: object, problem: str) -> None:
    assert callable(change)
    text = change(key_record(rsa.generate_private_key(65537, 1024)))

    assert problem in "; ".join(parse_dkim(text).problems)


# --- DMARC --------------------------------------------------------------------------------------------


def _organisation(domain: str, zone: dict[str, str]) -> tuple[str, str | None]:
    found = find_dmarc(domain, lambda name, _: DnsAnswer(records=(zone[name],) if name in zone else ()))
    return found.organisation, found.name


def test_an_organisation_is_where_the_highest_record_stands() -> None:
    zone = {"_dmarc.brief.example": "v=DMARC1; p=none"}

    assert _organisation("brief.example", zone) == ("brief.example", "_dmarc.brief.example")
    assert _organisation("a.b.brief.example", zone) == ("brief.example", "_dmarc.brief.example")
    assert _organisation("elders.example", zone) == ("elders.example", None)


def test_a_record_between_does_not_hold_for_what_is_below_it() -> None:
    zone = {"_dmarc.brief.example": "v=DMARC1; p=none", "_dmarc.b.brief.example": "v=DMARC1; p=reject"}

    assert _organisation("a.b.brief.example", zone) == ("brief.example", "_dmarc.brief.example")
    assert _organisation("b.brief.example", zone) == ("brief.example", "_dmarc.b.brief.example")


def test_suffixes_and_organisations_say_so_themselves() -> None:
    suffix = {"_dmarc.gov.example": "v=DMARC1; p=reject; psd=y"}
    ends = {"_dmarc.team.example": "v=DMARC1; p=none; psd=n", "_dmarc.example": "v=DMARC1; p=none"}

    assert _organisation("a.stad.gov.example", suffix)[0] == "stad.gov.example"
    assert _organisation("x.team.example", ends)[0] == "team.example"


def test_a_long_name_is_asked_for_at_most_eight_times() -> None:
    asked: list[str] = []

    def ask(name: str, _: RecordType) -> DnsAnswer:
        asked.append(name)
        return DnsAnswer()

    find_dmarc(".".join(string.ascii_lowercase), ask)

    assert len(asked) == 8
    assert asked[1] == "_dmarc.t.u.v.w.x.y.z"


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(".".join),
    st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(".".join),
        st.lists(
            st.sampled_from(["v=DMARC1; p=none", "v=DMARC1; psd=y", "v=DMARC1; psd=n", "x"]), max_size=2
        ),
    ),
)
def test_the_walk_ends_at_the_domain_or_above_it(domain: str, zone: dict[str, list[str]]) -> None:
    asked: list[str] = []

    def ask(name: str, _: RecordType) -> DnsAnswer:
        asked.append(name)
        return DnsAnswer(records=tuple(zone.get(name.removeprefix("_dmarc."), ())))

    found = find_dmarc(domain, ask)

    assert len(asked) <= 8
    assert domain == found.organisation or domain.endswith(f".{found.organisation}")
    assert (found.name is None) is (found.dmarc is None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("v=DMARC1; p=none; rua=mailto:a@b.example!10m", None),
        ("v=DMARC1;p=reject;sp=none;adkim=s;aspf=r;pct=50;", None),
        ("v=dmarc1; p=none", "begin with"),
        ("v=DMARC1; rua=mailto:a@b.example", "p is missing"),
        ("v=DMARC1; p=noen", "is none of"),
        ("v=DMARC1; p=none; rua=a@b.example", "mailto:"),
        ("v=DMARC1; p=none; p=reject", "twice"),
    ],
)
def test_a_slip_in_dmarc_is_told(text: str, problem: str | None) -> None:
    dmarc = parse_dmarc(text)
    problems = "; ".join((*dmarc.problems, *dmarc.slips))

    assert problems == "" if problem is None else problem in problems


# --- the record to publish ----------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=700))
def test_a_text_to_publish_comes_back_from_a_zone_file_as_it_was(text: str) -> None:
    import dns.rrset

    line = DnsRecord(name="a.example", type=RecordType.TXT, value=text).zone_line
    value = line.split("  TXT  ", 1)[1]

    published = dns.rrset.from_text("a.example.", 60, "IN", "TXT", value)[0]

    assert b"".join(published.strings).decode() == text
    assert line.isascii()


def test_host_names_end_with_a_dot_in_a_zone_file() -> None:
    record = DnsRecord(name="em1.brief.example", type=RecordType.CNAME, value="u1.wl.mail.example")

    assert record.zone_line == "em1.brief.example.  IN  CNAME  u1.wl.mail.example."
