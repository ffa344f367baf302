"""Settings, wiring, logs, metrics and the database: what entry points need to start."""
