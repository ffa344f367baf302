"""what each answer took: its route, every step, the cache, the budget, the calls of the embedder"""

import sqlalchemy as sa
from alembic import op

revision = "0005_answer_steps"
down_revision = "0004_channels"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column("route", sa.String(length=20), server_default="", nullable=False),
    sa.Column("steps", sa.JSON(), server_default="[]", nullable=False),
    sa.Column("cache", sa.String(length=20), server_default="", nullable=False),
    sa.Column("budget", sa.String(length=20), server_default="", nullable=False),
    sa.Column("embedding_calls", sa.Integer(), server_default="0", nullable=False),
)


def upgrade() -> None:
    with op.batch_alter_table("answers", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.add_column(column.copy())


def downgrade() -> None:
    with op.batch_alter_table("answers", schema=None) as batch_op:
        for column in reversed(COLUMNS):
            batch_op.drop_column(column.name)
