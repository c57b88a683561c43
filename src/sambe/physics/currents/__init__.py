"""Count: energy through each terminal and channel, and the laws that the currents obey.

Dressings, generators and states may be imported here, but nothing that chooses an equation.
"""
