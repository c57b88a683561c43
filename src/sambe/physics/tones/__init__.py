"""Tones that fold into one as their frequencies are commensurate, and what each of them gives then.

It stands beside the stages and may use them all; nothing of `sweep` or `verbs` is imported.
"""
