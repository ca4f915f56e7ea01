"""What an editor is told of `newsletter.toml` and of front matter: JSON Schemas, and lines that name them."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from newsletter.config.json_schema import DIALECT, config_schema
from newsletter.content.front_matter import KEYS
from newsletter.content.front_matter_keys import front_matter_schema
from newsletter.errors import Problem, UsageError
from newsletter.plugins import plugin_names
from newsletter.replacing import replace_file

__all__ = ["CONFIG_LINE", "ISSUE_LINE", "SchemaKind", "schema_files", "schema_text", "write_schemas"]

_FOLDER = ".schema"
CONFIG_LINE = f"#:schema ./{_FOLDER}/config.json"
"""First line of `newsletter.toml`, read by editors with Taplo."""
ISSUE_LINE = f"# yaml-language-server: $schema=../{_FOLDER}/issue.json"
"""A line in the front matter of an issue, read by editors with the YAML language server."""


class SchemaKind(StrEnum):
    """What a schema is of."""

    CONFIG = "config"
    ISSUE = "issue"


def schema_text(kind: SchemaKind) -> str:
    """Return the schema of `kind` as JSON; the same for the same version and installed providers."""
    if kind is SchemaKind.CONFIG:
        schema = config_schema(plugin_names("newsletter.providers"))
    else:
        schema = {"$schema": DIALECT, **front_matter_schema(KEYS)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def schema_files() -> dict[str, str]:
    """Return the text of each schema by its path in a newsletter."""
    return {f"{_FOLDER}/{kind}.json": schema_text(kind) for kind in SchemaKind}


def write_schemas(root: Path) -> tuple[Path, ...]:
    """Write the schemas of this version into the newsletter at `root`; return the files that changed.

    Raises UsageError when they cannot be written.
    """
    changed = []
    for name, text in schema_files().items():
        path = root / name
        try:
            if path.exists() and path.read_text("utf-8", "replace") == text:
                continue
            path.parent.mkdir(exist_ok=True)
            replace_file(path, text.encode())
        except OSError as error:
            raise UsageError(Problem(what=f"{path} cannot be written: {error.strerror}")) from error
        changed.append(path)
    return tuple(changed)
