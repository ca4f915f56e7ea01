"""Where the keys that sign links are kept: in `meta`, so that every process has the same ones at once."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from newsletter.domain.signing_keys import RetiredKey, SigningKeys
from newsletter.store.database.database import Database
from newsletter.store.database.locks import operator_name
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import meta, operator_log

__all__ = ["KEYS_NAME", "SqlSigningKeys"]

KEYS_NAME = "signing_keys"
_KEY_BYTES = 32


class SqlSigningKeys:
    """The keys of a database; `first` signed everything before the first rotation."""

    def __init__(self, database: Database, first: bytes) -> None:
        """Keep the keys in `database`."""
        self._database = database
        self._first = first

    def read(self) -> SigningKeys:
        """Return the keys as they are now: another process may have changed them."""
        with self._database.reading() as connection:
            return self._read(connection)

    def rotate(self, now: datetime) -> SigningKeys:
        """Let a new key sign from now on, and return the keys; who did it is written down."""
        with self._database.writing() as connection:
            keys = self._read(connection).rotated(secrets.token_bytes(_KEY_BYTES), now)
            connection.execute(delete(meta).where(meta.c.name == KEYS_NAME))
            connection.execute(insert(meta).values(name=KEYS_NAME, value=_text(keys)))
            connection.execute(insert(operator_log).values(at=now, who=operator_name(), action="rotate keys"))
        return keys

    def _read(self, connection: Connection) -> SigningKeys:
        text = connection.scalar(select(meta.c.value).where(meta.c.name == KEYS_NAME))
        if text is None:
            return SigningKeys(current=self._first)
        kept = json.loads(text)
        return SigningKeys(
            current=bytes.fromhex(kept["current"]),
            retired=tuple(
                RetiredKey(secret=bytes.fromhex(secret), since=datetime.fromisoformat(since))
                for secret, since in kept["retired"]
            ),
        )


def _text(keys: SigningKeys) -> str:
    retired = [(key.secret.hex(), utc_text(key.since)) for key in keys.retired]
    return json.dumps({"current": keys.current.hex(), "retired": retired})
