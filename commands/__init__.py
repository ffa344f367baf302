"""The command line: one file a command, called through `bin/sahayak`."""
