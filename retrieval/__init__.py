"""The company's documents: read, cut into passages, embedded, kept in an index, and found again in three languages."""
