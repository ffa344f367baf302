"""embedding versions"""

import sqlalchemy as sa
from alembic import op

revision = "0002_embedding_versions"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "embedding_versions",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=300), nullable=False),
        sa.Column("model", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("share", sa.Float(), server_default="0", nullable=False),
        sa.Column("shadow", sa.Float(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "version"),
    )
    op.create_table(
        "embedding_comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=300), nullable=False),
        sa.Column("against", sa.String(length=300), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Float(), nullable=False),
        sa.Column("agreement", sa.Float(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("against_milliseconds", sa.Float(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("embedding_comparisons", schema=None) as batch_op:
        batch_op.create_index("embedding_comparisons_version", ["tenant", "version", "against"], unique=False)
    op.create_table(
        "embedding_usage",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=300), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("searches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("milliseconds", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant", "version", "day"),
    )


def downgrade() -> None:
    op.drop_table("embedding_usage")
    with op.batch_alter_table("embedding_comparisons", schema=None) as batch_op:
        batch_op.drop_index("embedding_comparisons_version")
    op.drop_table("embedding_comparisons")
    op.drop_table("embedding_versions")
