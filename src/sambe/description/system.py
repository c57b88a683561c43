"""A driven open system: Hamiltonian harmonics, drive frequency and baths; validated and frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError
from ..numerics.arrays import Array, Number, dagger, finite_number, is_array
from .basis_states import edge_of_states, frame_of_states, is_single
from .bath import Bath
from .gate import axis_name, frozen, is_labelled, number, text, unchecked
from .leads.particles import with_particles
from .operators import Operator
from .reservoirs.couplings import check_lowering
from .sparse_operator import identity_like
from .steps.protocol import Steps, mean_hamiltonian, step_fault, steps_of
from .sums.hermiticity import check_hermitian
from .sums.modulation import Modulation, may_be_complex
from .sums.terms import Term, Terms, as_terms, summed
from .tones.drives import as_drive, as_frequencies, check_baths
from .tones.quanta import code_of, vectors_of

__all__ = ["System", "Term", "Terms", "axis", "number_fault"]

# Traceless part of a coupling, over its largest element, that counts as none: some tens of roundings.
TRACELESS = 1e-14
POSITIVE = (
    ".spectrum.cutoff", ".spectrum.width", ".spectrum.frequency", ".spectrum.high", ".tunnelling.width"
)  # fmt: skip
NOT_NEGATIVE = (
    ".tunnelling", ".tunnelling.strength", ".spectrum.strength", ".spectrum.exponent", ".spectrum.low"
)  # fmt: skip


def axis(name: str, values: Any, **attributes: str) -> Any:
    """Labelled sweep axis: an `xarray.DataArray` with itself as coordinate.

    Parameters
    ----------
    name : str
        Name of the dimension.
    values : array_like
        One-dimensional, at least one value.
    **attributes : str
        Kept on the coordinate, such as ``units="w0"`` or ``long_name="drive frequency"``.

    Returns
    -------
    xarray.DataArray
        Give it in the place of any number of a `System`.

    Raises
    ------
    InputError
        If there is no value, or more than one dimension.

    Examples
    --------
    >>> axis("omega", [0.5, 1.0]).dims
    ('omega',)
    """
    import xarray as xr

    axis_name("axis", name)
    for key, value in attributes.items():
        text(f"axis {name!r}: {key}", value)
    try:
        data = np.ma.asarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    except ValueError:  # lists of different lengths
        data = np.asarray(None)
    if data.ndim != 1 or data.size == 0 or data.dtype.kind not in "iufcO":
        raise InputError(f"axis {name!r}", values, "give a list of at least one number")
    data = number(f"axis {name!r}", data) * 1.0  # whole numbers too are points of a continuous axis
    return xr.DataArray(data, dims=(name,), coords={name: (name, data, attributes)}, name=name)


@dataclass(frozen=True, eq=False)
class System:
    r"""A small quantum system between heat baths, under a periodic drive.

    .. math:: H(t) = \sum_k H_k e^{-ik\omega t},\qquad H_{-k} = H_k^\dagger,

    each harmonic index counting drive quanta absorbed, and a coupling :math:`S_u \otimes B_u` to each
    bath u. :math:`\hbar = k_B = 1`: energies, temperatures and angular frequencies share one unit.

    Parameters
    ----------
    hamiltonian : operator, or sequence of (coefficient, operator)
        The static part :math:`H_0`, Hermitian, shape ``(N, N)``. Arrays, SciPy's sparse ones or `Qobj`; from
        256 levels on those with few elements are held as a `SparseOperator`.
    drive : mapping of int to terms, optional
        ``{k: terms}`` gives :math:`H_k` for k >= 1; the conjugate is implied. Several tones are counted by
        tuples, ``{(1, 0): terms, (0, 1): terms}``.
    omega : float or DataArray, optional
        Drive frequency; needed when there is a drive, or a bath whose coupling is modulated. A tuple of them
        for several tones.
    baths : sequence of Bath
        At least one; among them may be `Lead` s.
    frame : sequence of int, optional
        Integers of a static rotating frame, one a basis state (with several tones a row for each state);
        found automatically.
    name : str
        For titles and file names.
    edge : sequence of int, optional
        Basis states at the cut of a truncated ladder: population there calls for more levels. By default
        those at the top of every ladder that the operators show; ``edge=()`` for a device that has no more
        levels.
    steps : Steps, optional
        Given by `from_steps`.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Notes
    -----
    Any coefficient, the frequency and any number of a bath may be an `xarray.DataArray` (see `axis`):
    that is the sweep. They may be arrays of any array-API library for `energy_currents`.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.System([(0.5, sambe.sigmaz())], baths=[
    ...     sambe.Bath("hot", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])
    >>> qubit.levels
    2
    """

    hamiltonian: Any
    drive: Any = None
    omega: Number = None
    baths: Any = ()
    frame: Any = None
    name: str = "system"
    edge: Any = None
    steps: Steps | None = None
    from_qutip: ClassVar[Callable[..., System]]  # set by the module of that name

    def __post_init__(self) -> None:
        put = object.__setattr__
        text("system.name", self.name)
        if self.steps is not None:
            put(self, "hamiltonian", mean_hamiltonian(self.steps, self.omega, self.drive, self.frame))
        put(self, "hamiltonian", as_terms(self.hamiltonian, "hamiltonian"))
        put(self, "drive", as_drive(self.drive))
        put(self, "omega", as_frequencies(self.omega, self.drive))
        put(self, "baths", _baths(self.baths))
        check_baths(self.baths, self.tones)
        put(self, "baths", tuple(bath.driven_at(self.omega) for bath in self.baths))
        n = self.levels
        for field, op in self._operators():
            if op.shape[0] != n:
                said = f"the Hamiltonian has {n} levels; give an operator of that size"
                raise InputError(field, op.shape, said)
        put(self, "baths", with_particles(self.baths, self.hamiltonian, self.drive))
        self._put_numbers(number)
        _check_numbers(self)
        if self.steps is not None:
            self.steps.check([bath.name for bath in self.baths])
        check_hermitian(self.hamiltonian)
        check_lowering(self.baths, self.hamiltonian)
        turning = "a driven system" if self.drive else _turning(self.baths)
        if turning and self.omega is None:
            raise InputError("omega", None, f"{turning} needs the drive frequency")
        if self.frame is not None:
            put(self, "frame", frame_of_states(self.frame, n, self.tones))
        put(self, "edge", edge_of_states(self.edge, n))
        self._put_numbers(lambda _, x: frozen(x))

    def _put_numbers(self, change: Callable[[str, Number], Number]) -> None:
        """Exchange numbers while the system is made."""
        changed = {path: change(path, x) for path, x in self.numbers().items()}
        if any(changed[path] is not x for path, x in self.numbers().items()):
            exchanged = self.map_numbers(lambda path, _: changed[path])
            for field in ("hamiltonian", "drive", "omega", "baths", "steps"):
                object.__setattr__(self, field, getattr(exchanged, field))

    def __repr__(self) -> str:
        from .words.in_words import system_in_words

        return system_in_words(self)

    @property
    def levels(self) -> int:
        """Dimension N of the Hilbert space."""
        return int(self.hamiltonian[0][1].shape[0])

    @property
    def tones(self) -> int:
        """Number of tones of the drive; one too where nothing is driven."""
        return len(self.omega) if isinstance(self.omega, tuple) else 1

    @property
    def pumps(self) -> tuple[str, ...]:
        """Terminals of the drive: ``"pump"``, or ``"pump 1"`` and so on, one a tone."""
        return ("pump",) if self.tones == 1 else tuple(f"pump {t + 1}" for t in range(self.tones))

    @property
    def terminals(self) -> tuple[str, ...]:
        """Terminal names: the baths in order, a squeezed one as heat and squeezer, then the `pumps`."""
        return (*(name for bath in self.baths for name in bath.terminals), *self.pumps)

    @property
    def whole_terminals(self) -> tuple[str, ...]:
        """Names of the baths in order, each counted whole, then the `pumps`."""
        return (*(bath.name for bath in self.baths), *self.pumps)

    def _operators(self) -> Iterable[tuple[str, Operator]]:
        if self.steps is not None:
            yield from self.steps.operators()
        for k, (_, op) in enumerate(self.hamiltonian):
            yield f"hamiltonian[{k}]", op
        for h, terms in self.drive.items():
            for k, (_, op) in enumerate(terms):
                yield f"drive[{h}][{k}]", op
        for bath in self.baths:
            for k, op in enumerate(bath.operators):
                yield f"{bath.label}.coupling[{k}]", op

    def map_numbers(self, change: Callable[[str, Number], Number]) -> System:
        """Unchecked copy with ``change(path, value)`` in the place of each number.

        Paths read as ``"hamiltonian[0]"``, ``"drive[1][0]"``, ``"omega"``, ``"bath 'b'.spectrum.strength"``
        and ``"bath 'b'.temperature"``, or ``"bath 'b'.state.p"`` for the field p of another state;
        ``"bath 'b'.coupling[0][1][0]"`` is a coefficient of a modulated coupling.
        """

        def terms(path: str, pairs: Terms) -> Terms:
            return tuple((change(f"{path}[{k}]", c), op) for k, (c, op) in enumerate(pairs))

        return unchecked(
            System, self,
            hamiltonian=terms("hamiltonian", self.hamiltonian),
            drive={k: terms(f"drive[{k}]", t) for k, t in self.drive.items()},
            omega=self._changed_omega(change),
            baths=tuple(
                b.map_numbers(lambda path, x, b=b: change(f"{b.label}.{path}", x)) for b in self.baths
            ),
            steps=None if self.steps is None else self.steps.map_numbers(change),
        )  # fmt: skip

    def frequencies(self) -> dict[str, Number]:
        """Frequency of the drive, or of each tone, by its path; none without a drive."""
        return {path: x for path, x in self.numbers().items() if path.startswith("omega")}

    def _changed_omega(self, change: Callable[[str, Number], Number]) -> Number:
        if isinstance(self.omega, tuple):
            return tuple(change(f"omega[{t}]", w) for t, w in enumerate(self.omega))
        return None if self.omega is None else change("omega", self.omega)

    def numbers(self) -> dict[str, Number]:
        """Every number of the system by its path, labelled or not."""
        values: dict[str, Number] = {}
        self.map_numbers(lambda path, x: values.setdefault(path, x))
        return values

    def number_fault(self, path: str, value: Any) -> str | None:
        """What is wrong with a single number at a path, as its bath's state or `number_fault` knows."""
        for bath in self.baths:
            start = f"{bath.label}.state."
            if path.startswith(start) and np.imag(value) == 0:
                fault: str | None = bath.state.fault(path.removeprefix(start), float(np.real(value)))
                return fault
        return number_fault(path, value)

    def replace(self, **changes: Any) -> System:
        """Checked copy with some fields exchanged."""
        for field in ("hamiltonian", "drive"):
            if self.steps is not None and field in changes:
                raise InputError(field, changes[field], "its steps say all of H(t); use System.from_steps")
        if self.frame is not None and self.tones > 1:
            changes.setdefault("frame", vectors_of(self.frame, self.tones))
        return replace(self, **changes)

    @classmethod
    def from_steps(
        cls, steps: Any, omega: Number, baths: Any = (), *, kicks: Any = (), switched: Any = None,
        ramp: Number = 0.0, name: str = "system", edge: Any = None,
    ) -> System:  # fmt: skip
        """A system whose Hamiltonian is piecewise constant; `sambe.description.steps` has the parameters.

        Examples
        --------
        >>> import sambe
        >>> bath = sambe.Bath("hot", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)
        >>> sz = sambe.sigmaz()
        >>> sambe.System.from_steps([(0.5, [(0.5, sz)]), (0.5, [(0.8, sz)])], 0.3, [bath]).levels
        2
        """
        return cls(None, omega=omega, baths=baths, name=name, edge=edge,
                   steps=steps_of(steps, kicks, switched, ramp))  # fmt: skip

    def harmonics(self) -> dict[int, Array]:
        """The harmonics :math:`H_k`, k = 0 and both signs of each drive harmonic, ``(..., N, N)``; those of
        several tones by `sambe.description.tones.quanta.code_of`."""
        out = {0: summed(self.hamiltonian)}
        for k, terms in self.drive.items():
            q = _code(k)
            out[q] = summed(terms)
            out[-q] = dagger(out[q])
        return out

    def masks(self) -> dict[int, Any]:
        """Where each harmonic may be non-zero at some point of a sweep, ``(N, N)`` booleans."""

        def mask(terms: Terms) -> Any:
            none = np.zeros((self.levels, self.levels), dtype=bool)
            return sum(((op != 0) for c, op in terms if _may_count(c)), start=none)

        return {0: mask(self.hamiltonian), **{_code(k): mask(t) for k, t in self.drive.items()}}


def _code(k: Any) -> int:
    """Quanta of a harmonic as one integer."""
    return code_of(k) if isinstance(k, tuple) else int(k)


def _may_count(c: Number) -> bool:
    """False only for a plain number zero, which removes its term."""
    return is_array(c) or is_labelled(c) or c != 0


def _baths(x: Any) -> tuple[Bath, ...]:
    baths = (x,) if isinstance(x, Bath) else tuple(x) if isinstance(x, Iterable) and not is_single(x) else ()
    if not baths or not all(isinstance(b, Bath) for b in baths):
        raise InputError("baths", x, "give at least one sambe.Bath, in a list")
    names = [b.name for b in baths]
    for name in names:
        if names.count(name) > 1:
            raise InputError("baths", name, "bath names must differ: they label the terminals")
    for b in baths:
        if not any(_exchanges(op) for op in b.operators):
            raise InputError(
                f"{b.label}.coupling", b.operators[0],
                "a multiple of the identity exchanges no energy; give the operator that the bath sees",
            )  # fmt: skip
    return baths


def _turning(baths: Sequence[Bath]) -> str:
    """A coupling that turns, in words; empty if none does."""
    for bath in baths:
        if any(isinstance(part, Modulation) and not part.fixed for part in bath.couplings):
            return f"the modulated coupling of bath {bath.name!r}"
    return ""


def _exchanges(op: Operator) -> bool:
    """Whether a coupling is more than a multiple of the identity, beyond rounding."""
    rest = op - np.trace(op) / len(op) * identity_like(op)
    return bool(abs(rest).max() > TRACELESS * abs(op).max())


def _check_numbers(system: System) -> None:
    """Check the plain numbers; those of a sweep are checked point by point."""
    for path, x in system.numbers().items():
        if is_labelled(x):
            if x.size == 0:
                raise InputError(path, x.shape, "a sweep axis needs at least one value")
            continue
        if is_array(x) and (np.ndim(x) > 0 or not isinstance(x, np.ndarray | np.generic)):
            continue
        if not finite_number(x):
            raise InputError(path, x, 'give a finite number (of "20 mK" by sambe.Units) or a labelled array')
        if reason := system.number_fault(path, complex(x)):
            raise InputError(path, x, reason)


def number_fault(path: str, value: Any) -> str | None:
    """What is wrong with a number or (per element) an array at this path; None if nothing is.

    Used for single numbers when a System is made and for each point of a sweep when it runs.
    """
    real = np.real(value)
    if np.any(np.imag(value) != 0) and not may_be_complex(path):
        return "must be real"
    if path.endswith(".temperature") and np.any(real < 0):
        return "a temperature is not negative; 0 is legal"
    if path.startswith("omega") and np.any(real <= 0):
        return "the drive frequency must be positive"
    if path.endswith(POSITIVE) and np.any(real <= 0):
        return "must be positive"
    if path.endswith(NOT_NEGATIVE) and np.any(real < 0):
        return "must not be negative"
    return step_fault(path, value)
