"""What several collectors share: the handshakes, and in PostgreSQL who wrote what.

The version of the schema is Alembic's to tell from here on.
"""

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0002"
down_revision = "0001"

_LOGGED = ("touched", "inventory")


def upgrade() -> None:
    """Make the table of handshakes, and let the logs name their transaction."""
    nonce = Column("nonce", String, nullable=False)
    op.create_table("handshake", Column("uai", String, primary_key=True), nonce)
    op.drop_column("standing", "version")
    if _is_postgresql():
        for table in _LOGGED:
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id()"
            )


def downgrade() -> None:
    """Go back; agents say hello again to a collector that has forgotten them."""
    if _is_postgresql():
        for table in _LOGGED:
            op.drop_column(table, "xact")
    version = Column("version", Integer, nullable=False, server_default="1")
    op.add_column("standing", version)
    op.drop_table("handshake")


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"
