"""The findings of the study `driven-dressed`, one in each file, and each measured when it is asked for.

Only the laboratory and the public verbs may be imported here, never the page that shows the findings.
"""
