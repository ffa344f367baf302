"""People who want a demo or a call."""
