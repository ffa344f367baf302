"""The two tables of the channels, in the app database: what came in, and what goes out.

`runtime/migrations` makes the same ones (a test compares); whichever half starts first creates them.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),  # the order of arrival
    sa.Column("tenant", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("conversation", sa.String(220), nullable=False),
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("message", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # accepted, working, finished, failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("sent_at", sa.Float, nullable=False),  # by the provider's clock, seconds since 1970
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    # A conversation's id begins with tenant and channel, so this is the provider's own id within its account.
    sa.UniqueConstraint("conversation", "message_id", name="inbox_message"),
    sa.Index("inbox_state", "channel", "state"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tenant", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("conversation", sa.String(220), nullable=False),
    sa.Column("replies_to", sa.String(200), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # counts the parts of the reply to one message
    sa.Column("part", sa.JSON, nullable=False),  # as the provider's `send` takes it
    sa.Column("text", sa.Text, nullable=False),  # the same for people who read this table
    sa.Column("state", sa.String(20), nullable=False),  # queued, sending, held, sent, delivered, read, failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("provider_id", sa.String(200), nullable=False, server_default=""),
    sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("conversation", "replies_to", "number", name="deliveries_part"),
    sa.Index("deliveries_state", "channel", "state"),
    sa.Index("deliveries_provider", "channel", "provider_id"),
)
