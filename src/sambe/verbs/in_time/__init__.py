"""Questions about states on their way: courses in time, one period, rates of relaxation.

All that stands above the verbs may be imported here; figures and faces may not.
"""
