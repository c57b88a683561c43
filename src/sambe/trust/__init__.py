"""How far an answer can be trusted: error estimates of every equation, and verdicts with reasons."""

from .examination import audit

__all__ = ["audit"]
