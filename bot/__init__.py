"""The Rasa half's own graph components (language, sentence vectors, intents), tracker store, lock store and speed-ups."""
