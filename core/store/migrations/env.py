"""Run by Alembic for each migration, on the connection and in the transaction that `core.store` hands over."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
