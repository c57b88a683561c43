"""How far an answer can be trusted: error estimates of every equation, and verdicts with reasons.

The verbs are asked here as a user would ask them; no figure and no face may be imported.
"""

from .examination import audit

__all__ = ["audit"]
