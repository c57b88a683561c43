"""Input files: text to a `System` and a job, parsed by a small grammar and never evaluated.

No command and no report may be imported here.
"""
