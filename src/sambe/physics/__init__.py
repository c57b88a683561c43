"""From the numbers of a system to its currents: dress, rate, solve, count.

Pure functions from arrays to arrays, batch axes leading, in the array-API subset that NumPy, JAX and CuPy
share; no labels, no files, no printing, and nothing of `sweep`, the verbs or the faces may be imported here.
"""
