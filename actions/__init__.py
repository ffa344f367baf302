"""What the bot can do, one thin file each: read slots, call one function, speak, return events."""
