"""Data sets and training scripts made from what the project knows: language identification, feedback."""
