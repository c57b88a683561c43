"""Results on disk: stores block by block, who may write one, and what a store has to know to be continued.

Nothing else in the sweep needs a store: only verbs and faces import what is here, and it imports no verb.
"""
