"""What other packages take: a system as QuTiP's operators and environments, a result as a table.

The packages may be imported inside functions alone.
"""
