"""notices

Whom the program has called about which flag.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IS_UNSENT = "sent IS NULL"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("flag_id", sa.String(length=64), nullable=False),
        sa.Column("page_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_notice_flag_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_notice_page_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "flag_id", "reason", "number", "person_id", name=op.f("uq_notice_flag_id_reason_number_person_id")
        ),
    )
    op.create_index(
        "ix_notice_unsent",
        "notice",
        ["page_id", "id"],
        sqlite_where=sa.text(IS_UNSENT),
        postgresql_where=sa.text(IS_UNSENT),
    )
