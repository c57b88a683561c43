"""The explorer in the browser: sliders on the numbers of an input file, and the verdict always in sight.

Here belong the page, its figures and its link; it asks the verbs as any user does, and nothing imports it but
the command that starts it.
"""
