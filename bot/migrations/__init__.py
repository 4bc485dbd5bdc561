"""Alembic steps. The database is made by these alone; a test compares them with the tables in `bot/records`."""
