"""Noise and cumulants of the energy through every terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from ..description.gate import is_labelled, number
from ..description.hilbert_space.sectors import projected, sector_basis, starts
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import finite_number, whole_number
from ..physics.equations import EQUATIONS
from ..physics.method import Counting, Method, Tilting
from ..physics.preparation import prepare
from ..physics.statistics.generating import MOST_LEVELS
from ..physics.treatments import TREATMENTS
from ..sweep.axes import check_axes, swept_names
from ..sweep.catalogue import COUNTED, COUNTED_PARTICLES, GENERATING, names_of
from ..sweep.kernels.counted_fields import counted_fields
from ..sweep.kernels.tilted_fields import tilted_fields
from ..sweep.run import Run
from ..sweep.tilted_system import PARTICLE, TiltedSystem
from .options import Options, divided, takes, with_values
from .stationary_currents import solved

if TYPE_CHECKING:
    from xarray import DataArray, Dataset

__all__ = ["counting_statistics", "generating_function"]

MOST_CUMULANTS = 20  # a choice: each takes one answer of the generator more, and loses a digit or two


@takes(without=("heom",))
def counting_statistics(
    system: System, cumulants: int = 2, *, initial: Any = None, sector: Any = None, **options: Unpack[Options]
) -> Dataset:
    r"""Noise and cumulants of the energy through every terminal, for one point or a whole sweep.

    .. math:: \langle\!\langle E_u^n\rangle\!\rangle = t\,\partial_{\xi_u}^n\lambda(\xi)\big|_0,\qquad
              C_{uv} = \partial_{\xi_u}\partial_{\xi_v}\lambda(\xi)\big|_0,

    with :math:`\lambda(\xi)` of `generating_function`, by recursion with the group (Drazin) inverse of the
    generator.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    cumulants : int
        How many of each terminal, from 1 (the mean) to 20.
    initial : int, ket or density matrix, optional
        Where several states are stationary, count in the one that this state leads to; see `steady_state`.
        It must lead to a single one: between two the energies of a long time differ from run to run.
    sector : sequence of (operator, eigenvalue), optional
        The same by the eigenvalues of operators that commute with everything.
    **options

    Returns
    -------
    xarray.Dataset
        The variables of `steady_state`, and ``energy_noise[..., terminal, other]``, the zero-frequency
        covariance of the energies into the system; ``energy_cumulant[..., cumulant, terminal]`` per unit
        time; ``pump_quanta[..., cumulant]``, the same of the number of drive quanta absorbed; ``fano``, their
        variance over their mean (NaN where no quanta are counted); ``activity``, the rate of all jumps, those
        that change no state but absorb quanta included; ``spohn_entropy_production``, by the energies that
        reach the system, where ``entropy_production`` goes by those that leave the baths;
        ``uncertainty_ratio[..., terminal]`` and ``kinetic_ratio[..., terminal]``, the variance times entropy
        production, and times activity, over the squared mean (infinite where that vanishes).

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of a number of cumulants that is none, of ``equation="heom"``, which knows
        no jumps to count.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Notes
    -----
    Where coherences are kept a jump is counted by :math:`\tfrac12 a(W)e^{\xi W}` on the one-sided operator;
    the principal value of a Lamb shift moves levels and is not counted, so that with one the first cumulant
    is not quite ``energy_current``. See docs/noise.md.

    Examples
    --------
    Resonance fluorescence is quieter than chance, by Mandel's factor of up to four:

    >>> import sambe
    >>> vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.01), temperature=0.0)
    >>> atom = sambe.models.spin_boson(drive=0.01 / 2**0.5, omega=1.0, baths=[vacuum])
    >>> round(sambe.counting_statistics(atom).fano.item(), 4)
    0.25
    """
    chosen, running = divided(counting_statistics, options)
    _check_cumulants(cumulants)
    system = _in_one_part(system, initial, sector)
    method, run = _counted_method(system, chosen), Run(**running)
    check_axes(swept_names(system), names_of(COUNTED, COUNTED_PARTICLES))
    pumps = system.pumps if system.tones > 1 else ()
    counting = Counting(**with_values(method), cumulants=int(cumulants), pumps=pumps)
    return solved(system, counting, run, counted_fields)


@takes(without=("heom",))
def generating_function(system: System, fields: Mapping[str, Any], **options: Unpack[Options]) -> DataArray:
    r"""Generating function of the energies through the terminals, in given counting fields.

    .. math:: \lambda(\xi) = \lim_{t\to\infty}\tfrac1t\ln\Big\langle e^{\sum_u \xi_u E_u}\Big\rangle,

    the eigenvalue of the generator with counting fields that is zero without them, that of largest real
    part in real fields and followed from there into complex ones; :math:`E_u` is the energy that terminal u
    has given to the system in a long time t.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    fields : mapping of str to number
        :math:`\xi_u` by terminal, in one over energy: numbers, real or complex, or labelled arrays, which
        broadcast with those of the system. A terminal that is left out has the field 0. That of the particles
        of a lead has the name ``"particle NAME"``, and no unit.
    **options

    Returns
    -------
    xarray.DataArray
        :math:`\lambda`, per unit time, over the sweep of system and fields; complex if a field is. NaN where
        there is no answer.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `counting_statistics`; also for a device other than ``"cpu"``, a terminal that there is not, a
        field that is no number, and
        more than 28 levels with coherences, or 10 where the complete equation has to be solved.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Notes
    -----
    For ``secular="full"`` and baths with temperatures above zero, :math:`\lambda(\xi_u, \xi_p) =
    \lambda(1/T_u - \xi_u, -\xi_p)`, and a number that is added to all fields changes nothing.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    >>> fields = {"left": 0.31, "right": -0.57, "pump": 0.2}
    >>> round(sambe.generating_function(qubit, fields, secular="full").item(), 10)
    0.0010159982
    """
    chosen, running = divided(generating_function, options)
    method, run = _counted_method(system, chosen), Run(**running)
    xi = _checked_fields(system, fields)
    _check_levels(system, method)
    tilted = TiltedSystem.of(system, xi)
    check_axes(swept_names(tilted), names_of(GENERATING))
    data = solved(tilted, Tilting(**with_values(method)), run, tilted_fields)
    out = data["generating_function"]
    if any(np.iscomplexobj(getattr(x, "data", x)) for x in xi.values()):
        attributes = out.attrs
        out = (out + 1j * data["generating_function_imaginary"]).rename("generating_function")
        out.attrs.update(attributes)
    out.attrs.update(data.attrs)
    return out


def _in_one_part(system: System, initial: Any, sector: Any) -> System:
    """The part of the system in which an initial state or a sector stays."""
    if initial is not None and sector is not None:
        raise InputError("initial", initial, "give an initial state or a sector, not both")
    if sector is not None:
        return projected(system, sector_basis(system, sector))
    if initial is None:
        return system
    parts = starts(system, initial)
    if len(parts) > 1:
        raise InputError(
            "initial", initial, f"it reaches {len(parts)} parts of the system that nothing connects; which "
            "one it is differs from run to run, so that a variance grows with the square of the time; give a "
            "state in one of them, or sector=",
        )  # fmt: skip
    return projected(system, parts[0].basis)


def _checked_fields(system: System, fields: object) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise InputError("fields", fields, "give a mapping of terminals to numbers")
    out = {}
    for name, x in fields.items():
        known = (*system.terminals, *(f"{PARTICLE}{b.name}" for b in system.baths if b.particles is not None))
        if name not in known:
            raise InputError("fields", name, f"the terminals are {', '.join(known)}")
        field = f"fields[{name!r}]"
        value = number(field, x)
        if not is_labelled(value) and not finite_number(value):
            raise InputError(field, x, "give a finite number, real or complex, or a labelled array")
        out[str(name)] = value
    return out


def _check_levels(system: System, method: Method) -> None:
    if system.levels > MOST_LEVELS and not TREATMENTS[method.secular].populations_only:
        raise InputError(
            "system", system.levels, f"with coherences the eigenvalue is found up to {MOST_LEVELS} levels; "
            "take populations alone (secular), or cumulants",
        )  # fmt: skip


def _counted_method(system: System, chosen: Mapping[str, Any]) -> Method:
    method = prepare(system, **chosen)
    _refuse_exact(method)
    _refuse_beyond_rates(system)
    return method


def _check_cumulants(cumulants: object) -> None:
    if not whole_number(cumulants, 1, MOST_CUMULANTS):
        raise InputError("cumulants", cumulants, f"give a whole number from 1 to {MOST_CUMULANTS}")


def _refuse_exact(method: Method) -> None:
    if EQUATIONS[method.equation].exact:
        raise InputError(
            "equation", method.equation, "the exact hierarchy knows no jumps that could be counted: its bath "
            "would need a field in every exponent; take one of the master equations",
        )  # fmt: skip


def _refuse_beyond_rates(system: System) -> None:
    """Refuse baths of which the rates are not the whole answer: their jumps are not counted yet."""
    for bath in system.baths:
        if bath.rotating_wave or bath.squeezing_centre is not None:
            part = "rotating_wave" if bath.rotating_wave else "state"
            raise InputError(
                f"bath {bath.name!r}.{part}", getattr(bath, part), "noise is known of baths on Hermitian "
                "couplings whose rates say all; take a state without correlations <bb>, or steady_state",
            )  # fmt: skip
