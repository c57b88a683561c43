"""What a device is and how good it is: machines, rectification, answers to small changes, flows inside.

Each verb joins `physics.machines` to `sweep`; figures and faces may not be imported here.
"""
