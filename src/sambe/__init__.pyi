# The public names, group by group in the order in which a reader meets them. This is the only list:
# `__init__.py` reads where each name lives, `docs/names.md` shows them.
# ruff: noqa: I001  (sorting the imports would scatter the groups)

# nouns: what you have
from .description.system import System as System
from .description.bath import Bath as Bath
from .description.leads.lead import Lead as Lead
from .description.system import axis as axis
from .description.units.scale import Units as Units
from .description.units.conventions import convert_strength as convert_strength
from .description.spectral_density import Ohmic as Ohmic
from .description.spectral_density import DrudeLorentz as DrudeLorentz
from .description.spectral_density import Underdamped as Underdamped
from .description.spectral_density import Flat as Flat
from .description.leads.fermi import Lorentzian as Lorentzian
from .description.spectral_density import Window as Window
from .description.spectrum_from_data import Tabulated as Tabulated
from .description.spectrum_from_data import Custom as Custom
from .description.reservoirs.occupations import Occupied as Occupied
from .description.reservoirs.occupations import Inverted as Inverted
from .description.reservoirs.squeezed import Squeezed as Squeezed
from .description.reservoir import absorption_rate as absorption_rate
from .description.bridges.from_qutip import from_qutip as from_qutip
from .description.bridges.circuits import from_scqubits as from_scqubits
from .description.bridges.chips import from_quchip as from_quchip
from .description.reaction_coordinate import reaction_coordinate as reaction_coordinate

# verbs: what you ask
from .verbs.stationary_currents import steady_state as steady_state
from .verbs.bare_currents import energy_currents as energy_currents
from .verbs.comparison import compare as compare
from .verbs.breakdown import channels as channels
from .verbs.fluctuations import counting_statistics as counting_statistics
from .verbs.fluctuations import generating_function as generating_function
from .verbs.in_time.courses import evolve as evolve
from .verbs.in_time.courses import cycle as cycle
from .verbs.in_time.decays import relaxation as relaxation
from .verbs.in_time.energy_spectra import energy_spectrum as energy_spectrum
from .verbs.in_time.site_temperatures import site_temperature as site_temperature
from .verbs.loops.pumped_loop import pump_cycle as pump_cycle
from .verbs.loops.pumped_surface import pump_curvature as pump_curvature
from .verbs.calorimetry import calorimeter as calorimeter
from .verbs.machines.merit import performance as performance
from .verbs.machines.reversed_bias import rectification as rectification
from .verbs.machines.derivatives import response as response
from .verbs.machines.inner_flows import flows as flows
from .trust.examination import audit as audit
from .verbs.bridges.qutip_parts import to_qutip as to_qutip
from .verbs.bridges.frames import to_pandas as to_pandas
from .verbs.citation import cite as cite

# collections: what is ready-made
from . import models as models
from . import analytic as analytic
from . import plot as plot

# operators: what Hamiltonians and couplings are made of
from .description.spin_operators import sigmax as sigmax
from .description.spin_operators import sigmay as sigmay
from .description.spin_operators import sigmaz as sigmaz
from .description.spin_operators import sigmap as sigmap
from .description.spin_operators import sigmam as sigmam
from .description.spin_operators import spin_jx as spin_jx
from .description.spin_operators import spin_jy as spin_jy
from .description.spin_operators import spin_jz as spin_jz
from .description.spin_operators import spin_jp as spin_jp
from .description.spin_operators import spin_jm as spin_jm
from .description.operators import destroy as destroy
from .description.operators import create as create
from .description.operators import num as num
from .description.operators import identity as identity
from .description.operators import projector as projector
from .description.operators import transition as transition
from .description.operators import lift as lift
from .description.leads.fermions import fermion as fermion

# errors and warnings: what can go wrong
from .errors import SambeError as SambeError
from .errors import InputError as InputError
from .errors import FrameError as FrameError
from .errors import ConvergenceError as ConvergenceError
from .sweep.storage.store import StoreError as StoreError
from .sweep.places.cluster import ClusterError as ClusterError
from .errors import SecularWarning as SecularWarning
from .errors import TruncationWarning as TruncationWarning
from .errors import PositivityWarning as PositivityWarning
from .errors import NoAnswerWarning as NoAnswerWarning

__version__: str
HOMES: dict[str, str]
__all__: list[str]
