"""
How far to trust it
===================

The audit's verdict of each equation and treatment, along the drive's amplitude at resonance, with
the error that it estimates.
"""

import numpy as np

import sambe

drive = sambe.axis("drive", np.geomspace(1e-3, 0.5, 25))
axes = sambe.plot.verdicts(sambe.audit(sambe.models.spin_boson(drive=drive, omega=1.0)), panels=True)
