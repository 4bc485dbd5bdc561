"""the weekly sample

Draws of clean comments, and the flags that ask a person to read them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("page_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_draw_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index("ix_draw_page_id_drawn", "draw", ["page_id", "drawn"])
    op.create_table(
        "drawn",
        sa.Column("flag_id", sa.String(length=36), nullable=False),
        sa.Column("draw_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_drawn_draw_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_drawn_flag_id")),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_drawn")),
    )
    op.create_index(op.f("ix_drawn_draw_id"), "drawn", ["draw_id"])
