"""From a question to an answer that rests on the tenant's own documents."""
