"""Run by Alembic: bring the connection that ``migrating.py`` gives to the wanted revision.

The connection is in a transaction already, so a migration happens in whole or not at all.
"""

from alembic import context

from visualizer.classroom.migrating import VERSION_TABLE
from visualizer.classroom.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
