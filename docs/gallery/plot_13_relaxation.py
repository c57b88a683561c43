"""
How fast a resonator forgets
============================

Rates of relaxation of a driven Kerr resonator against the drive. The slowest one comes near zero
where the resonator has two almost stationary states to choose from.
"""

import numpy as np

import sambe

vacuum = sambe.Bath("vacuum", sambe.destroy(12), sambe.Flat(0.1), temperature=0.0, rotating_wave=True)
drive = sambe.axis("drive", np.linspace(0.02, 0.14, 97))
resonator = sambe.models.kerr_resonator(
    frequency=1.0, kerr=-0.02, drive=drive, omega=0.9, levels=12, baths=[vacuum]
)
axes = sambe.plot.relaxation(sambe.relaxation(resonator))
axes.set_ylim(0.0, 0.2)
