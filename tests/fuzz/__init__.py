"""Random hostile input with a fixed seed: every call ends in an answer or in an error with a way out."""
