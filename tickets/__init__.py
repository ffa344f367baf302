"""The ticket desk: what the bot can't do becomes a ticket for the support team."""
