"""Error screenshots: read, found in, matched. The port stands; the engine comes with its own change."""
