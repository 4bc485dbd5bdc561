"""cards

Which message of the review channel shows which flag, and in which version; and which day a school was told of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("discord_channel", sa.String(length=20), nullable=True))
    op.create_table(
        "card",
        sa.Column("flag_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_card_flag_id")),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_card")),
    )
    op.create_table(
        "digest",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_digest_site_id")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_digest")),
    )
