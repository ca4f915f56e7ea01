"""Reading rows by columns gives what reading them one by one gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.audience.block_reader import BlockReader
from newsletter.audience.column_mapping import map_columns
from newsletter.audience.import_row import ImportRow, RowError, RowReader
from newsletter.audience.records import Block
from newsletter.audience.row_block import RowBlock
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.address import AddressError, address_key, normalise_address, plain_addresses
from newsletter.domain.subscriber import FieldType

CONFIG = Config(
    root=Path("/project"),
    fields={
        "name": FieldConfig(name="name"),
        "score": FieldConfig(name="score", type=FieldType.NUMBER),
        "born": FieldConfig(name="born", type=FieldType.DATE),
        "vip": FieldConfig(name="vip", type=FieldType.BOOLEAN),
    },
)
HEADER = ["email", "status", "lang", "tags", "joined", "source", "unsubscribed_at", *CONFIG.fields]

_ADDRESSES = st.sampled_from(
    [
        "Anna@B.Example",
        " bo@b.example ",
        "a+b@b.example",
        '"a b"@b.example',
        "zoë@b.example",
        "a@bücher.example",
        "a@xn--bcher-kva.example",
        "a--b@b--c.example",
        "a.@b.example",
        "a@b",
        f"{'x' * 65}@b.example",
        f"a@{'x' * 64}.example",
        "",
    ]
)
_VALUES = st.sampled_from(
    [
        *(
            "",
            "active",
            "Afgemeld",
            "nl",
            "EN-us",
            "a|B b",
            "2024-01-01",
            "2024-01-01 10:00",
            "31-12-2020",
            "45539,5",
        ),
        *("45539,5", "0000-00-00", "1", "1.50", "ja", "x\x07", "é\u00a0", "a\nb", "\x1f", "x" * 101),
    ]
)
_ROWS = st.lists(st.tuples(_ADDRESSES, *[_VALUES] * (len(HEADER) - 1)), max_size=6)


def _rows_in(block: RowBlock) -> list[ImportRow]:
    return [
        ImportRow(
            line=block.lines[index],
            email=block.emails[index],
            key=block.keys[index],
            status=block.statuses[index],
            lang=block.langs[index],
            fields={name: value for name, values in block.fields if (value := values[index]) is not None},
            tags=block.tags[index],
            joined=block.joined[index],
            confirmed=block.confirmed[index],
            source=block.sources[index],
            left=dict(block.left).get(block.lines[index]),
        )
        for index in range(len(block.lines))
    ]


@given(_ROWS, st.booleans())
def test_columns_say_what_rows_say(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], day_first: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "lijst.csv"
    path.write_text(";".join(HEADER))
    table = open_table(path)
    columns = map_columns(table, CONFIG)
    expected: list[ImportRow] = []
    refused: list[tuple[int, str]] = []
    for line, cells in enumerate(rows, start=2):
        stripped = tuple(cell.strip() for cell in cells)
        try:
            if any(stripped):
                expected.append(RowReader(columns, CONFIG, day_first=day_first).read(line, stripped))
        except RowError as error:
            refused.append((line, str(error)))

    reader = BlockReader(table, columns, CONFIG, day_first=day_first)
    blocks = list(reader.read(Block(range(2, 2 + len(rows)), [list(row) for row in rows])))

    found = sorted((row for block in blocks for row in _rows_in(block)), key=lambda row: row.line)
    assert expected == found
    assert refused == [(one.line, one.reason) for block in blocks for one in block.refused]


@given(st.lists(_ADDRESSES.map(str.strip) | st.from_regex(r"\A[a-zA-Z.@+-]{1,12}@[a-zA-Z0-9.-]{1,12}\Z")))
@example(["a@b.c1", "a@b.c", "a@b.cc", "a@-b.cc", "a@b-.cc", ".a@b.cc", "a..b@b.cc"])
def test_many_addresses_at_once_are_what_each_is_alone(texts: list[str]) -> None:
    plain, keys = plain_addresses(texts)

    for text, address, key in zip(texts, plain, keys, strict=True):
        if address is not None:
            assert (normalise_address(text), address_key(text)) == (address, key)


def test_ordinary_addresses_are_plain() -> None:
    texts = ["Anna.de-Vries+nieuws@Sub.Gemeente-Ede.example", "o'neil@b.example", "geen adres", "a@b"]

    plain, _ = plain_addresses(texts)

    assert ["Anna.de-Vries+nieuws@sub.gemeente-ede.example", "o'neil@b.example", None, None] == plain


def test_what_is_plain_to_us_is_an_address_to_the_library() -> None:
    from email_validator import validate_email

    plain, _ = plain_addresses(["Anna.de-Vries+x@Sub.Ede.nl", "o'neil@b.nl", "a!#$%&'*/=?^_`{|}~-b@c.nl"])

    for address in plain:
        assert address == validate_email(address or "", check_deliverability=False).normalized


def test_an_address_nobody_can_have_is_no_address() -> None:
    with pytest.raises(AddressError):
        normalise_address("a@b..example")
