"""The space of a system: basis states and their cuts, what is conserved, and the parts that nothing leaves.

Systems and operators may be imported here, and no reservoir: what is conserved is read from the operators.
"""
