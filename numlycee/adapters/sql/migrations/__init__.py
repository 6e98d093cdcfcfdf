"""The steps between revisions of the schema, run by Alembic; each goes both ways and keeps all."""
