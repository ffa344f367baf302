"""What stays known of a verified customer from one conversation to the next, when they allowed it."""
