"""A raw mail, read: any bytes give a `ReadMail`, in time that grows with their number and no faster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.domain.read_mail import Attachment, MailAddress, Part, ReadMail
from newsletter.replies.charsets import decode_text
from newsletter.replies.flowed import flowed
from newsletter.replies.mime_headers import addresses, header_fields, message_ids, moment
from newsletter.replies.mime_tree import Leaf, leaves, split_header
from newsletter.replies.text import text_of_html

__all__ = ["Attachment", "MailAddress", "Part", "ReadMail", "read_mail"]

_LONGEST_TEXT = 1_000_000  # characters of all text or HTML together
_LONGEST_PART = 5_000_000  # bytes of one part kept for those who read it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A leaf with its decoded bytes, when anybody reads them."""

    leaf: Leaf
    content: bytes
    size_bytes: int


def read_mail(raw: bytes) -> ReadMail:
    """Return what `raw` says (RFC 5322, MIME). Never raises, whatever the bytes are.

    More than a million characters of text, five megabytes of one part, 500 parts or 1,000 fields are cut
    off; the raw mail has them all.
    """
    mail = _tidied(raw)
    header, _ = split_header(mail)
    fields = header_fields(header)
    by_name: dict[str, list[str]] = {}
    for name, value in fields:
        by_name.setdefault(name.lower(), []).append(value)
    content_type, found = leaves(mail)
    opened = [_open(leaf) for leaf in found]
    plain, html = _texts([one for one in opened if _is_shown(one.leaf)])
    ids = message_ids(" ".join(by_name.get("message-id", ())))
    return ReadMail(
        message_id=ids[0] if ids else None,
        in_reply_to=message_ids(" ".join(by_name.get("in-reply-to", ()))),
        references=message_ids(" ".join(by_name.get("references", ()))),
        from_=next(iter(_people(by_name, "from")), None),
        reply_to=_people(by_name, "reply-to"),
        to=_people(by_name, "to"),
        cc=_people(by_name, "cc"),
        delivered_to=_delivered_to(by_name),
        return_path=_return_path(by_name),
        subject=by_name.get("subject", [""])[0],
        date=moment(by_name.get("date", [""])[0]),
        headers=fields,
        text=plain or text_of_html(html),
        html=html,
        has_plain_text=bool(plain.strip()),
        content_type=content_type,
        parts=tuple(_part(one) for one in opened),
        attachments=tuple(_attachment(one) for one in opened if _is_attached(one.leaf)),
    )


def _open(leaf: Leaf) -> _Opened:
    content = leaf.content()
    return _Opened(leaf=leaf, content=content if _is_read(leaf) else b"", size_bytes=len(content))


def _tidied(raw: bytes) -> bytes:
    """Return `raw` without what stands before its header, and with LF where it has CR alone."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    if raw[:1] in b"\r\n":
        raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    return raw


def _people(fields: dict[str, list[str]], name: str) -> tuple[MailAddress, ...]:
    return addresses(", ".join(fields.get(name, ())))


def _delivered_to(fields: dict[str, list[str]]) -> tuple[str, ...]:
    named = ("delivered-to", "x-delivered-to", "envelope-to", "x-envelope-to", "x-original-to")
    found = [one.address for name in named for one in _people(fields, name)]
    return tuple(dict.fromkeys(found))


def _return_path(fields: dict[str, list[str]]) -> str | None:
    """Return the address in `Return-Path`; empty for `<>`, the null path (RFC 5321 4.5.5)."""
    values = fields.get("return-path")
    if not values:
        return None
    return values[0].strip().strip("<>").strip()[:1000]


def _is_shown(leaf: Leaf) -> bool:
    """Tell whether a leaf is something a mail program shows as the mail itself."""
    is_text = leaf.content_type in ("text/plain", "text/html", "text/enriched")
    return is_text and leaf.disposition != "attachment" and not (leaf.file_name and leaf.within)


def _is_attached(leaf: Leaf) -> bool:
    return not _is_shown(leaf) and (
        bool(leaf.file_name) or leaf.disposition == "attachment" or not _is_read(leaf)
    )


def _is_read(leaf: Leaf) -> bool:
    kind = leaf.content_type
    return kind.startswith(("text/", "message/")) or "multipart/report" in leaf.within


def _texts(shown: Sequence[_Opened]) -> tuple[str, str]:
    """Return plain text and HTML of the leaves that are shown.

    In a multipart/alternative the last part that has a kind says it for all (RFC 2046 5.1.4).
    """
    plain: dict[tuple[int, ...], tuple[int, list[str]]] = {}
    html: dict[tuple[int, ...], tuple[int, list[str]]] = {}
    left = _LONGEST_TEXT * 4
    for one in shown:
        text = _text(one, left)
        left -= len(text)
        if not text.strip():
            continue
        chosen = html if one.leaf.content_type == "text/html" else plain
        place, part = _place(one.leaf)
        kept_part, texts = chosen.get(place, (part, []))
        chosen[place] = (part, [*texts, text] if kept_part == part else [text])
    return _joined(plain.values()), _joined(html.values())


def _place(leaf: Leaf) -> tuple[tuple[int, ...], int]:
    """Return where the outermost alternative around a leaf stands, and in which part of it the leaf is."""
    if "multipart/alternative" not in leaf.within:
        return leaf.branch, 0
    level = leaf.within.index("multipart/alternative")
    return leaf.branch[:level], leaf.branch[level]


def _joined(chosen: Iterable[tuple[int, list[str]]]) -> str:
    return "\n".join(text for _, texts in chosen for text in texts)[:_LONGEST_TEXT]


def _text(one: _Opened, most: int) -> str:
    if most <= 0:
        return ""
    text = decode_text(one.content[: most * 4], one.leaf.parameters.get("charset", ""))[:most]
    if one.leaf.parameters.get("format", "").lower() == "flowed":
        return flowed(text, is_deleted=one.leaf.parameters.get("delsp", "").lower() == "yes")
    return text


def _part(one: _Opened) -> Part:
    leaf = one.leaf
    is_text = leaf.content_type.startswith("text/") and not _is_attached(leaf)
    return Part(
        content_type=leaf.content_type,
        file_name=leaf.file_name,
        size_bytes=one.size_bytes,
        content=one.content[:_LONGEST_PART],
        text=decode_text(one.content[:_LONGEST_PART], leaf.parameters.get("charset", "")) if is_text else "",
        depth=len(leaf.within),
    )


def _attachment(one: _Opened) -> Attachment:
    return Attachment(
        file_name=one.leaf.file_name,
        content_type=one.leaf.content_type,
        size_bytes=one.size_bytes,
        is_inline=one.leaf.disposition == "inline",
    )
