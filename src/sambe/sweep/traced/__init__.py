"""What a card computes of a batch of points: reports by operations that a compiler can take whole."""
