"""whose turn it is

A flag may be assigned to a person.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flag", sa.Column("assigned_to", sa.String(length=36), nullable=True))
