"""the people of the channel

Who is on duty, who stands in for whom; bundles of flags; alarms and other posts; webhooks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cover",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("substitute_id", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cover_person_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_cover_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    op.create_index(op.f("ix_cover_person_id"), "cover", ["person_id"])
    op.create_index(op.f("ix_cover_substitute_id"), "cover", ["substitute_id"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("page_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("message", sa.String(length=20), nullable=True),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_bundle_decided_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_bundle_undone_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_bundle_site_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_bundle_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_page_id"), "bundle", ["page_id"])
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("flag_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("lead_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("message", sa.String(length=20), nullable=True),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_post_site_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_post_flag_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_person_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_post_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("site_id", "kind", "about", name=op.f("uq_post_site_id_kind_about")),
    )
    op.create_index(op.f("ix_post_flag_id"), "post", ["flag_id"])
    op.create_index(
        "ix_post_unsent",
        "post",
        ["site_id", "id"],
        sqlite_where=sa.text("sent IS NULL"),
        postgresql_where=sa.text("sent IS NULL"),
    )
    op.create_index(
        "ix_post_unanswered",
        "post",
        ["kind", "id"],
        sqlite_where=sa.text("answered IS NULL"),
        postgresql_where=sa.text("answered IS NULL"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hook", sa.String(length=64), nullable=False),
        sa.Column("page_id", sa.String(length=64), nullable=False),
        sa.Column("flag_id", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.Column("problem_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_delivery_page_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_delivery_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("hook", "event", "subject", "at", name=op.f("uq_delivery_hook_event_subject_at")),
    )
    op.create_index(op.f("ix_delivery_flag_id"), "delivery", ["flag_id"])
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["page_id", "next_try"],
        sqlite_where=sa.text("done IS NULL"),
        postgresql_where=sa.text("done IS NULL"),
    )
    op.add_column("flag", sa.Column("bundle_id", sa.String(length=36), nullable=True))
    op.add_column("flag", sa.Column("bundle_place", sa.Integer(), nullable=True))
    op.create_index(
        "ix_flag_bundled",
        "flag",
        ["bundle_id"],
        sqlite_where=sa.text("bundle_id IS NOT NULL"),
        postgresql_where=sa.text("bundle_id IS NOT NULL"),
    )
    op.create_index("ix_flag_of_site", "flag", ["site_id", "opened"])
    op.add_column("site", sa.Column("contact_id", sa.String(length=36), nullable=True))
    op.add_column("site", sa.Column("language", sa.String(length=2), nullable=False, server_default="en"))
    op.add_column("site", sa.Column("on_call_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("site", sa.Column("hooks_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("wishes_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("left", sa.DateTime(timezone=True), nullable=True))
