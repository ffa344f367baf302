"""what customers allowed to be remembered; which facts an answer was made with"""

import sqlalchemy as sa
from alembic import op

revision = "0006_customer_facts"
down_revision = "0005_answer_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=260), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "customer"),
    )
    op.create_table(
        "customer_facts",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=260), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "customer", "name"),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("facts", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_column("facts")
    op.drop_table("customer_facts")
    op.drop_table("consents")
