"""What a system is good for: roles and figures of merit, answers to small changes, the way through a chain.

Arrays in, arrays out, the batch first. Every stage and what stands beside them may be imported here.
"""
