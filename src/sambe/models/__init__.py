r"""Ready-made driven systems between baths.

Every number may be an `xarray.DataArray` (see `sambe.axis`): that is a sweep. Sizes (``levels``,
``s``) may not. Baths may leave out ``coupling``, which the model then supplies; a bath that brings
its own keeps it. All models share :math:`\hbar = k_B = 1` and count drive quanta absorbed,
:math:`H(t) = \sum_k H_k e^{-ik\omega t}`. Only descriptions may be imported here: a model is a `System` and
no result.
"""

from collections.abc import Callable
from typing import Any

from ..description.system import System
from ..errors import hint
from .cavities import jaynes_cummings, optomechanics
from .circuits import heat_valve, transmon
from .converters import parametric_converter
from .dots import anderson_dot, double_dot, molecular_junction, quantum_dot
from .machines import lambda_system, stochastic_pump, three_level
from .oscillators import kerr_resonator, oscillator
from .qubits import modulated_qubit, spin, spin_boson, two_qubits

__all__ = [
    "anderson_dot",
    "double_dot",
    "heat_valve",
    "jaynes_cummings",
    "kerr_resonator",
    "lambda_system",
    "modulated_qubit",
    "molecular_junction",
    "optomechanics",
    "oscillator",
    "parametric_converter",
    "quantum_dot",
    "spin",
    "spin_boson",
    "stochastic_pump",
    "three_level",
    "transmon",
    "two_qubits",
]

# in the order in which they are listed to a reader
GROUPS: dict[str, tuple[Callable[..., System], ...]] = {
    "qubits and spins": (spin_boson, two_qubits, spin, modulated_qubit),
    "oscillators": (oscillator, kerr_resonator),
    "cavities": (jaynes_cummings, optomechanics, parametric_converter),
    "superconducting circuits": (transmon, heat_valve),
    "few-level machines": (three_level, lambda_system, stochastic_pump),
    "quantum dots between leads": (quantum_dot, double_dot, anderson_dot, molecular_junction),
}
MODELS: dict[str, Callable[..., System]] = {
    model.__name__: model for group in GROUPS.values() for model in group
}


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint(name, MODELS)}")


def __dir__() -> list[str]:
    return list(__all__)
