"""Migrations of the class database, one file a step; Alembic reads them (``migrating.py``)."""
