"""Input files: text to what a `System` is made of, parsed by a small grammar and never evaluated.

No task, command or report may be imported here.
"""
