"""The space of a system: its cuts, what is conserved, and the parts that nothing leaves.

Systems and operators may be imported here, and no reservoir: what is conserved is read from the operators.
"""
