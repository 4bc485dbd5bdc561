"""what carries weight

Indexes for what is asked and none besides, what spares a re-reading from opening seals, and the first link of the chain, so
that two processes that seal the first evidence at once queue for one row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIRST_LINK = "0" * 64
WAITS = "state IN ('open', 'appealed')"


def upgrade() -> None:
    op.add_column("comment", sa.Column("circumstances", sa.LargeBinary(), nullable=True))
    op.add_column("page", sa.Column("scored_with", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("action", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_revision_page_id", "revision")
    _partial("ix_revision_failed", "revision", ["page_id", "attempts"], "scoring = 'failed'")
    _partial("ix_revision_readable", "revision", ["page_id", "found"], "text_sealed IS NOT NULL")
    op.drop_index("ix_flag_queue", "flag")
    _partial("ix_flag_waiting", "flag", ["rank", "due", "id"], WAITS)
    _partial("ix_flag_waiting_at_site", "flag", ["site_id", "rank", "due", "id"], WAITS)
    _partial("ix_flag_held", "flag", ["comment_id"], "held")
    op.create_index("ix_run_of_status", "run", ["page_id", "status", "depth", "started"])
    head = sa.table("chain_head", sa.column("id"), sa.column("number"), sa.column("link"))
    if op.get_bind().execute(sa.select(head.c.id)).first() is None:
        op.execute(head.insert().values(id=1, number=0, link=FIRST_LINK))


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
