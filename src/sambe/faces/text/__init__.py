"""What a result says in words: summaries, tables, a bar of progress.

Results are read here and never made: no verb, input file or command may be imported.
"""
