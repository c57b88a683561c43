"""Questions about slow loops of a system's numbers: what they pump, and where. No face and no figure is
imported here.
"""
