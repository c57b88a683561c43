"""
The energy circuit at one point
===============================

Up is into the system: what the pump gives, both baths take.
"""

import sambe

flow = sambe.steady_state(sambe.models.spin_boson(drive=0.1, omega=1.0))
axes = sambe.plot.currents(flow)
