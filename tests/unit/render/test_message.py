"""A spliced message parses to exactly what the standard library makes of the same parts."""

import email
import email.header
import email.policy
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.domain.address import Mailbox
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.render.headers import clean_header
from newsletter.render.message import MessageTemplate

URL = "https://brief.example/unsubscribe/0123456789abcdef0123456789abcdef.abcdefghijklmnopqrstuv?a=1&b=2"
HOSTILE = [
    *(
        "",
        " ",
        ".",
        "..",
        "=",
        "=3D",
        "a\r\nBcc: x@y.nl",
        "a\rb\nc",
        "\0",
        "Jan\0",
        "👩‍🔬",
        "é" * 40,
        "x" * 10_000,
    ),
    *(
        "From here",
        "\n.\n",
        "a \n b",
        "<b>&\"'",
        "=?utf-8?b?w6k=?=",
        "a  b",
        "\t",
        "Żółć " * 30,
        "-- ",
        "é.",
        "x" * 75,
    ),
    *("." * 200, "=" * 200, " " * 100, "\ud800", "--=_x", "\x1f\x85\u2028", "{{ x }}", "'; DROP TABLE"),
]


def hole(name: str, context: SlotContext, fallback: str | None = None) -> Hole:
    return Hole(slot=Slot(name=name, fallback=fallback), context=context)


def mailing(
    text: str = "Dag", html: str = "<p>Dag</p>", subject: str = "Hoi ", name: str = "Renata de Wit"
) -> Mailing:
    rendered = RenderedIssue(
        slug="x",
        lang="nl",
        subject=SlottedText((subject, hole("first_name", SlotContext.HEADER))),
        preheader=SlottedText.fixed(""),
        html=SlottedText(
            (
                f"{html} ",
                hole("first_name", SlotContext.HTML),
                hole("first_name", SlotContext.HTML),
                '<a href="',
                hole("unsubscribe_url", SlotContext.URL),
                f'">{html}</a>\n.regel\n',
                hole("first_name", SlotContext.HTML),
            )
        ),
        text=SlottedText(
            (text, hole("first_name", SlotContext.TEXT), f",\n\n{text} \n", hole("x", SlotContext.TEXT, "–"))
        ),
    )
    return Mailing(
        campaign_id="c1",
        rendered=rendered,
        sender=Mailbox(name=name, email="renata@brief.example"),
        reply_to=Mailbox(name="", email="renata@brief.example"),
        date=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        message_domain="brief.example",
        headers={
            "List-Unsubscribe": SlottedText(
                (
                    "<",
                    hole("unsubscribe_url", SlotContext.HEADER),
                    ">, <mailto:weg@brief.example?subject=unsubscribe>",
                )
            ),
            "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
            "List-Id": SlottedText.fixed("Helder bestuur <helder.brief.example>"),
        },
    )


def recipient(**values: str) -> Recipient:
    return Recipient(
        position=0,
        delivery_id="0" * 32,
        email="jan@xn--gemnte-cva.example",
        values={"unsubscribe_url": URL, **values},
    )


def standard(mailing: Mailing, recipient: Recipient) -> EmailMessage:
    """Build the same mail with the standard library."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = str(mailing.sender)
    message["To"] = recipient.email
    message["Reply-To"] = mailing.reply_to.email
    message["Subject"] = clean_header(mailing.rendered.subject.fill(recipient.values))
    message["Date"] = mailing.date
    message["Message-ID"] = f"<{recipient.delivery_id}@{mailing.message_domain}>"
    for name, value in mailing.headers.items():
        message[name] = value.fill(recipient.values)
    text = mailing.rendered.text.fill(recipient.values).encode(errors="replace").decode()
    html = mailing.rendered.html.fill(recipient.values).encode(errors="replace").decode()
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def lines(message: EmailMessage, kind: str) -> list[str]:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


NAMES = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=200), st.text(alphabet="ab .=\r\né👩", max_size=200)
)


@given(NAMES, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
@example("👩‍🔬", ".")
@example("x" * 10_000, "=")
@example(".", "a \n.")
@example("\0\r\n", " ")
@settings(max_examples=200, deadline=2_000)
def test_it_parses_like_the_standard_library_s(name: str, text: str) -> None:
    ours, reader = mailing(text=text, html=text.replace("<", "&lt;")), recipient(first_name=name)

    found = parse(MessageTemplate(ours).build(reader))

    wanted = standard(
        mailing(_unix(text), _unix(text).replace("<", "&lt;")), recipient(first_name=_unix(name))
    )
    assert lines(wanted, "plain") == lines(found, "plain")
    assert lines(wanted, "html") == lines(found, "html")
    assert [str(wanted[key]) for key in ("From", "To", "Reply-To", "Date", "Message-ID")] == [
        str(found[key]) for key in ("From", "To", "Reply-To", "Date", "Message-ID")
    ]
    assert clean_header(ours.rendered.subject.fill(reader.values)) == str(found["Subject"])
    assert f"<{URL}>, <mailto:weg@brief.example?subject=unsubscribe>" == str(found["List-Unsubscribe"])
    assert found.defects == []


@given(NAMES)
@example("x" * 10_000)
@example("." * 200)
@settings(deadline=2_000)
def test_lines_are_short_end_in_cr_lf_and_never_start_with_a_dot(name: str) -> None:
    fixed = name.encode(errors="replace").decode()
    data = MessageTemplate(mailing(text=fixed, subject=fixed)).build(recipient(first_name=name))
    head, _, body = data.partition(b"\r\n\r\n")

    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in body.split(b"\r\n"))
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    assert data.isascii()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_value_can_add_a_header(name: str) -> None:
    found = parse(MessageTemplate(mailing()).build(recipient(first_name=name)))

    assert [
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Content-Type"),
    ] == found.keys()


@pytest.mark.parametrize(
    "name", ["", "Jan", "Jan, de Wit", 'De "Baas"', "Ångström", "a\\b", "=?x?=", "Ω" * 19, "a." * 30, "(x) y"]
)
def test_the_sender_s_name_arrives_as_written(name: str) -> None:
    found = parse(MessageTemplate(mailing(name=name)).build(recipient()))

    address = found["From"].addresses[0]
    assert (name, "renata@brief.example") == (address.display_name, address.addr_spec)


def test_a_long_name_of_the_sender_is_cut_into_encoded_words_of_whole_characters() -> None:
    data = MessageTemplate(mailing(name="Ω👩‍🔬" * 20)).build(recipient())
    field = data[: data.index(b"\r\nTo:")].decode("ascii")
    words = [email.header.decode_header(word)[0] for word in field.split()[1:-1]]

    assert "".join(word.decode(charset or "") for word, charset in words) == "Ω👩‍🔬" * 20


def test_an_address_with_line_breaks_adds_no_header() -> None:
    reader = Recipient(position=0, delivery_id="0" * 32, email="a@b.nl\r\nBcc: c@d.nl", values={})

    assert "Bcc" not in parse(MessageTemplate(mailing()).build(reader))


@pytest.mark.parametrize(
    "name", ["Subject", "subject", "To", "Content-Type", "a b", "", "x:", "é", "X\r\nBcc"]
)
def test_a_mailing_cannot_give_the_builder_s_own_headers(name: str) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="cannot give the header field"):
        MessageTemplate(replace(mailing(), headers={name: SlottedText.fixed("x")}))


def test_the_same_input_gives_the_same_bytes() -> None:
    reader = recipient(first_name="Jan")

    assert MessageTemplate(mailing()).build(reader) == MessageTemplate(mailing()).build(reader)


def test_splicing_takes_at_most_a_fiftieth_of_the_standard_library_s_time() -> None:
    ours = mailing(
        text="Een coöperatie is een mooi woord – echt waar.\n" * 90, html="<p>coöperatie – echt</p>\n" * 200
    )
    readers = [recipient(first_name=f"Jan {number}") for number in range(400)]
    template = MessageTemplate(ours)

    spliced = min(_seconds(lambda: [template.build(reader) for reader in readers]) for _ in range(3)) / 400
    stdlib = (
        min(_seconds(lambda: [standard(ours, reader).as_bytes() for reader in readers[:5]]) for _ in range(3))
        / 5
    )

    assert spliced <= stdlib / 50


def _seconds(work: object) -> float:
    assert callable(work)
    start = time.process_time()
    work()
    return time.process_time() - start
