"""What Alembic runs: it is given a connection in a transaction, and steps upon it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
