"""What Alembic runs: every step inside the transaction of whoever called, so all of them or none."""

from __future__ import annotations

from alembic import context

from newsletter.store.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
