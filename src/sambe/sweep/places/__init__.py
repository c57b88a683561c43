"""Where blocks are solved: threads, worker processes with shared memory, a cluster, a graphics card.

It imports the physics and the plan of a sweep, and no verb or store.
"""
