"""What both halves say to each other: messages, identities, answers, tenants, languages and errors. Standard library only."""
