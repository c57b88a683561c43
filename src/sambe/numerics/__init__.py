"""Tools that know no physics: array namespaces, eigenphases, exponentials, principal values.

Arrays in, arrays out; nothing of `sambe` but its errors may be imported here.
"""
