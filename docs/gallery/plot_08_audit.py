"""
How far to trust it
===================

The audit's verdict of each equation and treatment, along the drive's amplitude at resonance, with
the error that it estimates.
"""

import numpy as np

import sambe
from sambe.plot.verdict_maps import audit_map

drive = sambe.axis("drive", np.geomspace(1e-3, 0.5, 25))
verdicts = sambe.audit(sambe.models.spin_boson(drive=drive, omega=1.0))
figure = audit_map(verdicts)
