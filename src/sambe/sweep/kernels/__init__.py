"""Kernels: from a system of plain arrays, points first, to an array for each variable of a result.

They call the physics and know no labels; neither plans nor the places where blocks are solved are imported.
"""
