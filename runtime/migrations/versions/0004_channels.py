"""the inbox and the deliveries of messaging channels; the Rasa half makes them too when it starts first"""

import sqlalchemy as sa
from alembic import op

revision = "0004_channels"
down_revision = "0003_document_history"
branch_labels = None
depends_on = None


def upgrade() -> None:
    present = sa.inspect(op.get_bind()).get_table_names()
    if "inbox" not in present:
        op.create_table(
            "inbox",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("tenant", sa.String(length=40), nullable=False),
            sa.Column("channel", sa.String(length=40), nullable=False),
            sa.Column("conversation", sa.String(length=220), nullable=False),
            sa.Column("message_id", sa.String(length=200), nullable=False),
            sa.Column("message", sa.JSON(), nullable=False),
            sa.Column("state", sa.String(length=20), nullable=False),
            sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
            sa.Column("error", sa.Text(), server_default="", nullable=False),
            sa.Column("sent_at", sa.Float(), nullable=False),
            sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
            sa.PrimaryKeyConstraint("id"),
            sa.UniqueConstraint("conversation", "message_id", name="inbox_message"),
        )
        op.create_index("inbox_state", "inbox", ["channel", "state"])
    if "deliveries" not in present:
        op.create_table(
            "deliveries",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("tenant", sa.String(length=40), nullable=False),
            sa.Column("channel", sa.String(length=40), nullable=False),
            sa.Column("conversation", sa.String(length=220), nullable=False),
            sa.Column("replies_to", sa.String(length=200), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("part", sa.JSON(), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("state", sa.String(length=20), nullable=False),
            sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
            sa.Column("error", sa.Text(), server_default="", nullable=False),
            sa.Column("provider_id", sa.String(length=200), server_default="", nullable=False),
            sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("id"),
            sa.UniqueConstraint("conversation", "replies_to", "number", name="deliveries_part"),
        )
        op.create_index("deliveries_state", "deliveries", ["channel", "state"])
        op.create_index("deliveries_provider", "deliveries", ["channel", "provider_id"])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("inbox")
