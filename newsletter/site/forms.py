"""A form that was posted, as text: urlencoded or multipart, few fields, no files."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

__all__ = ["read_form"]

_FIELDS = 100
_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the posted fields, the last of each name; empty for a body that is no form.

    Raises HTTPException 400 for a form that cannot be read or has files or too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        return {}
    try:
        async with request.form(max_files=0, max_fields=_FIELDS) as form:
            return {name: value for name, value in form.multi_items() if isinstance(value, str)}
    except (MultiPartException, UnicodeError, ValueError, LookupError) as error:  # LookupError: odd charsets
        raise HTTPException(400) from error
