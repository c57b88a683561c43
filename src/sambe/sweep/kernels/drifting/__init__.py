"""Systems whose numbers move along one or two directions, and what is reported of them. Labels come in here,
but no verb is imported.
"""
