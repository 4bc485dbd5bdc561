"""what stands around a comment

The comments that answer one are found by an index, a flag says since when its words are no more, and people have accounts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_REPLY = "parent_index IS NOT NULL"


def upgrade() -> None:
    op.add_column("flag", sa.Column("edited", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("accounts_sealed", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_comment_reply",
        "comment",
        ["page_id", "parent_index"],
        sqlite_where=sa.text(IS_REPLY),
        postgresql_where=sa.text(IS_REPLY),
    )
