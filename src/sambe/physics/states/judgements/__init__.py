"""How far what an equation leaves out would move each current: judgements on a state that has been found.

Generators and all other states may be imported here. What counts currents takes a state as it is given, and
imports no judgement.
"""
