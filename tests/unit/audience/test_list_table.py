"""List files as tables: every encoding and delimiter spreadsheets write, and every way they break."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.records import MAX_RECORD_LINES, Record
from newsletter.audience.table import Row, Table, open_table
from newsletter.errors import UsageError

HEADER = "email;voornaam\n"


def table_of(directory: Path, content: str | bytes) -> Table:
    path = directory / "lijst.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path)


def rows_in(table: Table) -> list[Row]:
    rows = []
    for block in table.blocks():
        plain = [Record(line, tuple(cells)) for line, cells in zip(block.lines, block.rows, strict=True)]
        rows += [row for record in [*plain, *block.records] if (row := table.row_of(record))]
    return rows


def rows_of(directory: Path, content: str | bytes) -> list[Row]:
    return rows_in(table_of(directory, content))


def refusal(directory: Path, content: str | bytes) -> str:
    with pytest.raises(UsageError) as caught:
        rows_of(directory, content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("cp1252", "cp1252")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_gives_the_same_rows(
    tmp_path: Path, encoding: str, read_as: str, delimiter: str, end: str
) -> None:
    text = end.join(["email;voornaam", "a@b.example;Zoë", 'c@d.example;"Søren ""S"""', ""])

    table = table_of(tmp_path, text.replace(";", delimiter).encode(encoding))

    assert table.encoding == read_as
    assert table.delimiter == delimiter
    assert table.header == ("email", "voornaam")
    assert rows_in(table) == [Row(2, ("a@b.example", "Zoë")), Row(3, ("c@d.example", 'Søren "S"'))]


def test_a_big_endian_utf16_file_is_read(tmp_path: Path) -> None:
    content = b"\xfe\xff" + "email\tvoornaam\na@b.example\tZoë\n".encode("utf-16-be")

    assert rows_of(tmp_path, content) == [Row(2, ("a@b.example", "Zoë"))]


def test_a_guessed_encoding_is_told_with_the_line_that_led_to_it(tmp_path: Path) -> None:
    table = table_of(tmp_path, (HEADER + "a@b.example;Jan\nc@d.example;Zoë\n").encode("cp1252"))

    assert "Windows-1252, because line 3" in str(table.notes[0])


def test_a_file_in_ascii_is_no_guess(tmp_path: Path) -> None:
    assert table_of(tmp_path, HEADER).notes == ()


def test_two_encodings_in_one_file_are_refused_with_both_lines(tmp_path: Path) -> None:
    content = HEADER.encode() + "a@b.example;Zoë\n".encode() + "c@d.example;Søren\n".encode("cp1252")

    said = refusal(tmp_path, content)

    assert "lijst.csv:3: " in said
    assert "line 2 is" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n  \n\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b";;;\n", "there is no header"),
        (b'"email;voornaam\n', "the header cannot be read"),
        (b"\xff\xfe\x00\x00e\x00\x00\x00", "UTF-32"),
        (b"\xff\xfee\x00\n\x00a", "lijst.csv:2: the UTF-16 text is broken"),
        (b"\xff\xfe\x00\xd8e\x00", "UTF-16 text is broken"),
        (b"email\na\x81\xe9\n", "neither UTF-8 nor Windows-1252"),
        (b"x" * (1 << 20) + b"x\n", "longer than a megabyte"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name, said in (
        ("missing.csv", "no such file"),
        ("", "plain file"),
        ("pipe", "plain file"),
        ("a\0b", "cannot"),
    ):
        with pytest.raises(UsageError, match=said):
            open_table(tmp_path / name if name else tmp_path)


def test_the_delimiter_is_the_one_of_the_header_line_alone(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'email;"naam, voluit";x\na@b.example;"a,b,c,d,e,f";1\n')

    assert table.header == ("email", "naam, voluit", "x")
    assert rows_in(table) == [Row(2, ("a@b.example", "a,b,c,d,e,f", "1"))]


def test_a_list_of_one_column_is_read(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "email\na@b.example\n") == [Row(2, ("a@b.example",))]


def test_the_separator_line_of_excel_is_passed_over(tmp_path: Path) -> None:
    table = table_of(tmp_path, "sep=;\nemail;a,b,c\na@b.example;1\n")

    assert (table.header, table.header_line) == (("email", "a,b,c"), 2)
    assert rows_in(table) == [Row(3, ("a@b.example", "1"))]


def test_empty_rows_and_empty_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    content = "\nemail;naam;;\n;;;\na@b.example;A;;\n\nc@d.example;C\n  ;  \ne@f.example;E;;;;\n"

    assert rows_of(tmp_path, content) == [
        Row(4, ("a@b.example", "A")),
        Row(6, ("c@d.example", "C")),
        Row(8, ("e@f.example", "E")),
    ]


def test_a_line_break_within_quotes_belongs_to_the_value(tmp_path: Path) -> None:
    content = HEADER + '"a@b.example";"Jan\nPiet"\nc@d.example;C\n'

    assert rows_of(tmp_path, content) == [Row(2, ("a@b.example", "Jan\nPiet")), Row(4, ("c@d.example", "C"))]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a@b.example", "it has 1 value, and the header has 2"),
        ("a@b.example;A;B", "it has 3 values"),
        ("a@b.example;A\0B", "NUL"),
        ('a@b.example;"A', "a quote opens here"),
        ('a@b.example;"A" B', "text follows the closing quote"),
        (f"a@b.example;{'x' * 10_001}", "longer than 10000 characters"),
        (f"a@b.example;{'x' * 300_000}", "too long"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_the_next_one_is_read(
    tmp_path: Path, line: str, said: str
) -> None:
    rows = rows_of(tmp_path, f"{HEADER}c@d.example;C\n{line}\ne@f.example;E\n")

    assert [row.line for row in rows] == [2, 3, 4]
    assert said in str(rows[1].fault)
    assert rows[1].cells[0] == "a@b.example"
    assert rows[2] == Row(4, ("e@f.example", "E"))


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    others = [f"lezer{number}@b.example;L" for number in range(3 * MAX_RECORD_LINES)]

    rows = rows_of(tmp_path, HEADER + 'a@b.example;"A\n' + "\n".join(others))

    assert [row.line for row in rows if row.fault] == [2]
    assert len(rows) == 1 + len(others)
    assert rows[-1].line == 2 + len(others)


def test_a_file_full_of_open_quotes_is_read_in_linear_time(tmp_path: Path) -> None:
    content = HEADER + 'a@b.example;"A ""\n' * 5000
    started = time.process_time()

    rows = rows_of(tmp_path, content)

    assert sum(row.fault is not None for row in rows) == 5000
    assert time.process_time() - started < 5


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    table = table_of(tmp_path, HEADER + "a@b.example;A\n")
    os.utime(table.path, ns=(1, 1))

    with pytest.raises(UsageError, match="changed while"):
        rows_in(table)


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = "email\na@b.example\n".encode("utf-16")

    assert table_of(tmp_path, content).digest == table_of(tmp_path, content).digest
    assert table_of(tmp_path, content).digest != table_of(tmp_path, "email\na@b.example\n").digest


@given(st.binary(max_size=200) | st.text('ab@.;,\t"\n\r é\0', max_size=80).map(str.encode))
def test_any_bytes_give_rows_or_a_usage_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    directory = tmp_path_factory.getbasetemp()
    rows: list[Row] = []
    width = 0

    try:
        table = table_of(directory, content)
        width = len(table.header)
        rows = rows_in(table)
    except UsageError as error:
        rows.append(Row(0, (), str(error)))

    assert all(row.fault or len(row.cells) == width for row in rows)
    assert [row.line for row in rows] == sorted({row.line for row in rows})


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=6))
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[list[str]]
) -> None:
    import csv
    import io

    written = io.StringIO(newline="")
    clean = [["".join(char for char in cell if char.isprintable()).strip() for cell in row] for row in values]
    csv.writer(written, delimiter=";").writerows([["email", "naam"], *clean])

    rows = rows_of(tmp_path_factory.getbasetemp(), written.getvalue())

    assert [list(row.cells) for row in rows] == [row for row in clean if any(row)]
