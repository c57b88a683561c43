r"""Ready-made driven systems between baths.

Every number may be an `xarray.DataArray` (see `sambe.axis`): that is a sweep. Sizes (``levels``,
``s``) may not. Baths may leave out ``coupling``, which the model then supplies; a bath that brings
its own keeps it. All models share :math:`\hbar = k_B = 1` and count drive quanta absorbed,
:math:`H(t) = \sum_k H_k e^{-ik\omega t}`. Only descriptions may be imported here: a model is a `System` and
no result.
"""

from collections.abc import Callable

from ..description.system import System
from .machines import three_level
from .oscillators import kerr_resonator, oscillator
from .qubits import modulated_qubit, spin, spin_boson, two_qubits

__all__ = [
    "kerr_resonator",
    "modulated_qubit",
    "oscillator",
    "spin",
    "spin_boson",
    "three_level",
    "two_qubits",
]

# in the order in which they are listed to a reader
MODELS: dict[str, Callable[..., System]] = {
    model.__name__: model
    for model in (spin_boson, two_qubits, kerr_resonator, oscillator, spin, modulated_qubit, three_level)
}
