"""The questions that a user asks: steady states, bare currents, comparisons, channels, citations.

A verb joins `physics` to `sweep` and returns a Dataset; the audit, figures and faces may not be imported
here.
"""
