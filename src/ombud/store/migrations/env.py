"""What Alembic runs: always inside the transaction that `ombud.store.migrate` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["target_metadata"],
)
with context.begin_transaction():
    context.run_migrations()
