"""Where customers write from: each channel verifies, parses and sends; `flow` does the rest."""
