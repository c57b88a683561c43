"""What a card computes of a batch of points: reports by operations that a compiler can take whole. It
imports the physics and what a report is made of, and no place where blocks are solved.
"""
