"""One field of a form that is being sent (RFC 7578), byte for byte: nothing in it is taken for text."""

from __future__ import annotations

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

__all__ = ["BrokenForm", "FormField"]


class BrokenForm(ValueError):
    """What was sent is no form, or only the beginning of one."""


class FormField:
    """Picks the bytes of the first field called `name` out of a form that comes in pieces."""

    def __init__(self, content_type: str, name: str) -> None:
        """Read a form of `content_type`. Raises BrokenForm when that is no multipart/form-data."""
        kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BrokenForm("it is not multipart/form-data")
        self._wanted = name.encode()
        self._field = self._value = b""
        self._is_wanted = self._is_found = self._is_whole = False
        self._data = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def feed(self, piece: bytes) -> None:
        """Take the next piece. Raises BrokenForm."""
        try:
            self._parser.write(piece)
        except MultipartParseError as error:
            raise BrokenForm(str(error)) from error

    def result(self) -> bytes | None:
        """Return the field once all pieces came; None when there is none. Raises BrokenForm."""
        if not self._is_whole:
            raise BrokenForm("its end is missing")
        return bytes(self._data) if self._is_found else None

    def _begin(self) -> None:
        self._field = self._value = b""
        self._is_wanted = False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._is_wanted = options.get(b"name") == self._wanted and not self._is_found
        self._field = self._value = b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_wanted:
            self._data += data[start:end]

    def _part_end(self) -> None:
        self._is_found = self._is_found or self._is_wanted
        self._is_wanted = False

    def _end(self) -> None:
        self._is_whole = True
