"""What SendGrid documents about `mail/send`, checked as strictly as it is written, and its substitutions.

Sources: Twilio SendGrid "Mail Send limitations", the mail/send reference and its errors page, and the
OpenAPI file `tsg_mail_v3.yaml`.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence

from newsletter.testing.received import ReceivedMail, own_id

__all__ = ["Fault", "expand", "faults_in", "parse_request"]

Fault = tuple[str | None, str]
"""A field (None: the whole request) and a message."""

_ROOT_FIELDS = frozenset(
    [
        *("personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments"),
        *("template_id", "headers", "categories", "custom_args", "send_at", "batch_id", "asm"),
        *("ip_pool_name", "mail_settings", "tracking_settings"),
    ]
)
_PERSONAL_FIELDS = frozenset(
    [
        *("to", "cc", "bcc", "from", "subject", "headers", "substitutions"),
        *("dynamic_template_data", "custom_args", "send_at"),
    ]
)
_RESERVED_HEADERS = frozenset(
    [
        *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type"),
        *("content-transfer-encoding", "to", "from", "subject", "reply-to", "cc", "bcc"),
    ]
)


def parse_request(body: bytes) -> Mapping[str, object] | None:
    """Return the request as a mapping; None when it is not a JSON object in UTF-8."""
    try:
        request = json.loads(body.decode())
        json.dumps(request, ensure_ascii=False).encode()  # refuses half characters
    except ValueError:
        return None
    return request if isinstance(request, dict) else None


def faults_in(request: Mapping[str, object], most_custom_args: int | None = None) -> list[Fault]:
    """Return everything the API would refuse; one fault refuses the whole request.

    `most_custom_args` is a limit in bytes on the custom arguments of all readers together: that is how one
    may read "the total length of custom arguments", though the reference has it for each reader.
    """
    personal = request.get("personalizations")
    if not isinstance(personal, list) or not personal:
        return [("personalizations", "The personalizations field is required and must have at least one.")]
    if len(personal) > 1000:
        return [("personalizations", "There is a limit of 1000 personalizations.")]
    faults = [*_root_faults(request)]
    if sum(len(_mailboxes(one)) for one in _dicts(personal)) > 1000:
        faults.append(("personalizations", "There is a limit of 1000 recipients: to, cc and bcc together."))
    if most_custom_args is not None and _custom_bytes(personal) > most_custom_args:
        faults.append(("custom_args", f"The custom_args may not exceed {most_custom_args} bytes."))
    seen: set[str] = set()
    for number, one in enumerate(personal):
        place = f"personalizations.{number}"
        faults += _personal_faults(place, one, seen) if isinstance(one, dict) else [(None, "Bad Request")]
    return faults


def _mailboxes(one: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [box for name in ("to", "cc", "bcc") for box in _dicts(one.get(name))]


def _custom_bytes(personal: Sequence[object]) -> int:
    arguments = (_strings(one.get("custom_args")) for one in _dicts(personal))
    return sum(len(f"{name}{value}".encode()) for own in arguments for name, value in own.items())


def expand(request: Mapping[str, object]) -> Iterator[ReceivedMail]:
    """Yield the mail each reader gets.

    Substitution is as hostile as the documents allow: tag after tag, values of earlier tags included, twice.
    """
    texts = {part["type"]: part["value"] for part in _dicts(request["content"])}
    shared = _strings(request.get("headers"))
    for one in _dicts(request["personalizations"]):
        tags = _strings(one.get("substitutions"))
        headers = {name.lower(): value for name, value in {**shared, **_strings(one.get("headers"))}.items()}
        headers |= {f"custom_args.{name}": value for name, value in _strings(one.get("custom_args")).items()}
        headers["reply-to"] = _substitute(str(_strings(request.get("reply_to")).get("email", "")), tags)
        headers["from"] = str(_strings(request.get("from")).get("email", ""))
        yield ReceivedMail(
            email=str(next(_dicts(one["to"]))["email"]),
            delivery_id=own_id(headers.get("message-id", "")),
            subject=_substitute(str(request["subject"]), tags),
            text=_substitute(str(texts.get("text/plain", "")), tags).rstrip("\n"),
            html=_substitute(str(texts.get("text/html", "")), tags).rstrip("\n"),
            headers=headers,
            pictures={
                str(one["content_id"]): b64decode(str(one["content"]))
                for one in _dicts(request.get("attachments"))
            },
        )


def _substitute(text: str, tags: Mapping[str, str]) -> str:
    for _ in range(2):
        for tag, value in tags.items():
            text = text.replace(tag, value)
    return text


def _root_faults(request: Mapping[str, object]) -> Iterator[Fault]:
    for name in sorted(set(request) - _ROOT_FIELDS):
        yield name, "This field is not allowed."
    sender = request.get("from")
    if not isinstance(sender, dict) or not _is_address(sender.get("email")):
        yield "from.email", "The from email does not contain a valid address."
    if "reply_to" in request and not _is_address(_strings(request["reply_to"]).get("email")):
        yield "reply_to.email", "The reply_to email does not contain a valid address."
    if not isinstance(request.get("subject"), str) or not request["subject"]:
        yield "subject", "The subject is required. You can get around this requirement with a template."
    yield from _content_faults(request.get("content"))
    yield from _attachment_faults(request.get("attachments", []))
    yield from _header_faults("headers", request.get("headers", {}))
    for name in ("tracking_settings", "mail_settings", "custom_args"):
        if not isinstance(request.get(name, {}), dict):
            yield name, f"{name} must be an object."
    if "reply_to" in request and "reply_to_list" in request:
        yield "reply_to_list", "Use either reply_to or reply_to_list."
    yield from _category_faults(request.get("categories", []))


def _category_faults(categories: object) -> Iterator[Fault]:
    if not isinstance(categories, list) or not all(isinstance(one, str) for one in categories):
        yield "categories", "The categories must be an array of strings."
        return
    if len(categories) > 10 or len(set(categories)) < len(categories):
        yield "categories", "There may be at most 10 categories, each once."
    if any(len(one) > 255 for one in categories):
        yield "categories", "A category has at most 255 characters."


def _content_faults(content: object) -> Iterator[Fault]:
    if not isinstance(content, list) or not content:
        yield "content", "Unless a valid template_id is provided, the content parameter is required."
        return
    types = [str(part.get("type")) for part in _dicts(content)]
    for number, part in enumerate(_dicts(content)):
        if not isinstance(part.get("value"), str) or not part["value"]:
            yield f"content.{number}.value", "The content value must be a string at least one character long."
    if types not in (["text/plain"], ["text/html"], ["text/plain", "text/html"]):
        yield "content.0.type", "The first content type must be text/plain, followed by text/html."


def _attachment_faults(attachments: object) -> Iterator[Fault]:
    if not isinstance(attachments, list):
        yield "attachments", "The attachments must be an array."
        return
    for number, one in enumerate(_dicts(attachments)):
        place = f"attachments.{number}"
        for name in sorted(set(one) - {"content", "type", "filename", "disposition", "content_id"}):
            yield f"{place}.{name}", "This field is not allowed."
        try:
            is_whole = bool(b64decode(str(one.get("content", "")), validate=True))
        except ValueError:
            is_whole = False
        if not is_whole:
            yield f"{place}.content", "The attachment content must be base64 encoded."
        if not one.get("filename"):
            yield f"{place}.filename", "The filename is required for each attachment."
        if any(sign in str(one.get("type", "")) for sign in ";\r\n"):
            yield f"{place}.type", "The type may not contain a semicolon or a line break."
        if one.get("disposition", "attachment") not in ("inline", "attachment"):
            yield f"{place}.disposition", "The disposition must be inline or attachment."
        if one.get("disposition") == "inline" and not one.get("content_id"):
            yield f"{place}.content_id", "The content_id is required for inline attachments."


def _personal_faults(place: str, one: Mapping[str, object], seen: set[str]) -> Iterator[Fault]:
    for name in sorted(set(one) - _PERSONAL_FIELDS):
        yield f"{place}.{name}", "This field is not allowed."
    yield from _recipient_faults(place, one.get("to"), seen)
    for name in ("cc", "bcc"):
        if name in one:
            yield from _mailbox_faults(f"{place}.{name}", one[name], seen)
    if not isinstance(one.get("send_at", 0), int):
        yield f"{place}.send_at", "The send_at must be an integer."
    yield from _header_faults(f"{place}.headers", one.get("headers", {}))
    for name, most in (("substitutions", 10_000), ("custom_args", 9_999)):
        values = one.get(name, {})
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            yield f"{place}.{name}", f"The {name} must be an object with strings as values."
        elif sum(len(f"{key}{value}".encode()) for key, value in values.items()) > most:
            yield f"{place}.{name}", f"The {name} may not exceed {most} bytes."


def _recipient_faults(place: str, to: object, seen: set[str]) -> Iterator[Fault]:
    if not isinstance(to, list) or not to:
        yield f"{place}.to", "The to array is required for all personalization objects."
        return
    yield from _mailbox_faults(f"{place}.to", to, seen)


def _mailbox_faults(place: str, boxes: object, seen: set[str]) -> Iterator[Fault]:
    for number, one in enumerate(_dicts(boxes)):
        email = one.get("email")
        if not _is_address(email):
            yield f"{place}.{number}.email", "Does not contain a valid address."
            continue
        if str(email).lower() in seen:
            yield f"{place}.{number}.email", "Each email address in the personalizations must be unique."
        seen.add(str(email).lower())
        if any(sign in str(one.get("name", "")) for sign in ",;"):
            yield f"{place}.{number}.name", "The name may not contain a comma or a semicolon."


def _header_faults(place: str, headers: object) -> Iterator[Fault]:
    if not isinstance(headers, dict):
        yield place, "The headers must be an object."
        return
    for name, value in headers.items():
        if name.lower() in _RESERVED_HEADERS:
            yield f"{place}.{name}", "This header is reserved."
        if not isinstance(value, str) or "\n" in value or "\r" in value:
            yield f"{place}.{name}", "A header must be a string on one line."


def _is_address(value: object) -> bool:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return False
    local, _, domain = value.rpartition("@")
    return bool(local) and "." in domain and not domain.startswith(".") and not domain.endswith(".")


def _dicts(value: object) -> Iterator[Mapping[str, object]]:
    items: Sequence[object] = value if isinstance(value, list) else ()
    return (item for item in items if isinstance(item, dict))


def _strings(value: object) -> Mapping[str, str]:
    return value if isinstance(value, dict) else {}
