"""Message-IDs that only we can make."""

from __future__ import annotations

import random

from newsletter.domain.message_id import MESSAGE_ID_LENGTH, read_message_id, sign_message_ids
from newsletter.domain.token import sign_token

SECRET = bytes(range(32))
OTHER = bytes(reversed(range(32)))
DELIVERY = "0123456789abcdef" * 2


def test_a_message_id_names_its_delivery_whatever_stands_behind_the_at() -> None:
    (local,) = sign_message_ids(SECRET, [DELIVERY])

    assert MESSAGE_ID_LENGTH == len(local)
    for written in (local, f"<{local}@brief.example>", f" <{local.upper()}@elsewhere.example> "):
        assert DELIVERY == read_message_id([OTHER, SECRET], written)


def test_neither_a_bare_id_nor_a_token_of_a_link_is_a_message_id() -> None:
    link = sign_token(SECRET, "unsubscribe", DELIVERY)

    for other in (
        DELIVERY,
        f"<{DELIVERY}@brief.example>",
        link,
        f"{DELIVERY}.{link[33:53].lower()}",
        "",
        "<>",
    ):
        assert read_message_id([SECRET], other) is None


def test_ten_thousand_forged_message_ids_name_nothing() -> None:
    chance = random.Random(7)
    (local,) = sign_message_ids(SECRET, [DELIVERY])
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.é@"

    forged = {local[:-1], local + "0", *sign_message_ids(OTHER, [DELIVERY])}
    while len(forged) < 10_000:
        place = chance.randrange(len(local))
        end = place + chance.randrange(2)
        forged.add(local[:place] + "".join(chance.choices(letters, k=chance.randrange(1, 4))) + local[end:])

    wrong = [one for one in forged - {local} if read_message_id([SECRET], one) is not None]
    assert [] == [one for one in wrong if one.partition("@")[0] != local]
