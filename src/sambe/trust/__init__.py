"""How far an answer can be trusted: error estimates of every equation, and verdicts with reasons."""

from .examine import audit

__all__ = ["audit"]
