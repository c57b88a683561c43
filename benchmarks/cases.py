"""The systems that are timed, each as a function of (drive amplitude, drive frequency)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

import sambe
from sambe import models

Numbers = npt.NDArray[np.float64]
SPINS = 10


@dataclass(frozen=True)
class Case:
    """One system on a grid of drives and frequencies.

    Attributes
    ----------
    name : str
    model : str
        Key of `sambe.models.MODELS`.
    points : int
        Points of one call of sambe.
    peer_points : int
        Points of one call of a peer, which takes them one by one.
    linear : bool
        Drive with cos(omega t) on the Hermitian sum of the circular drive's operator and its adjoint.
    options : tuple of (str, value)
        Further arguments of the model.
    """

    name: str
    model: str
    points: int
    peer_points: int
    linear: bool = False
    options: tuple[tuple[str, Any], ...] = ()

    def system(self, drive: Any, omega: Any) -> sambe.System:
        """The system with these numbers, or arrays of numbers."""
        out: sambe.System = models.MODELS[self.model](drive=drive, omega=omega, **dict(self.options))
        if not self.linear:
            return out
        both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in out.drive.items()}
        return out.replace(drive=both, frame=None)

    def numbers(self, points: int) -> tuple[Numbers, Numbers]:
        """Drives and frequencies of so many points, on and off resonance, the same in every run."""
        rng = np.random.default_rng(2026)
        return rng.uniform(0.01, 0.1, points), rng.uniform(0.5, 1.5, points)

    def batch(self, points: int) -> sambe.System:
        """Bare arrays, for the kernels."""
        return self.system(*self.numbers(points))

    def sweep(self, points: int) -> sambe.System:
        """Labelled arrays, for `sambe.steady_state`."""
        drive, omega = (xr.DataArray(x, dims="point") for x in self.numbers(points))
        return self.system(drive, omega)

    def singles(self, points: int) -> list[sambe.System]:
        """The first points one by one, for the peers."""
        return [self.system(float(a), float(w)) for a, w in zip(*self.numbers(points), strict=True)]


def kerr(levels: int, points: int, peer_points: int, linear: bool = False) -> Case:
    """A driven Kerr resonator with so many levels."""
    kind = "linear" if linear else "circular"
    name = f"Kerr {levels}, {kind}"
    return Case(name, "kerr_resonator", points, peer_points, linear, (("levels", levels),))


CASES = (
    Case("two-level, circular", "spin_boson", 100_000, 10),
    Case("two qubits, circular", "two_qubits", 5_000, 5),
    kerr(20, 1_000, 2),
    kerr(40, 250, 1),
    kerr(100, 12, 1),
    Case("two-level, linear", "spin_boson", 5_000, 10, linear=True),
    Case("two qubits, linear", "two_qubits", 200, 5, linear=True),
    kerr(20, 20, 2, linear=True),
)


def case(name: str) -> Case:
    """The case of this name."""
    return next(c for c in CASES if c.name == name)


def spin_chain(spins: int = SPINS, drive: float = 0.1, omega: float = 0.9) -> sambe.System:
    """A driven chain of spins between a hot and a cold bath, one at each end.

    Irregular fields, exchange and an Ising term, so that no symmetry but the rotation that the frame
    needs makes levels coincide: 2^spins levels, all coupled.
    """
    from scipy.sparse import csr_array, kron

    pauli = (sambe.sigmap(), sambe.sigmaz(), sambe.sigmax(), sambe.identity(2))
    up, along, across, one = (csr_array(x.real) for x in pauli)
    down = up.T

    def at(operators: dict[int, Any]) -> Any:
        return reduce(lambda x, y: kron(x, y, format="csr"), [operators.get(k, one) for k in range(spins)])

    fields = 1.0 + np.random.default_rng(1).uniform(-0.1, 0.1, spins)
    static = [(0.5 * float(b), at({k: along})) for k, b in enumerate(fields)]
    for k in range(spins - 1):
        exchange = at({k: up, k + 1: down})
        static.append((0.15, exchange + exchange.T))
        static.append((0.05, at({k: along, k + 1: along})))
    density = sambe.Ohmic(0.002, cutoff=10.0)
    ends = (("left", 0, 1.2), ("right", spins - 1, 0.4))
    return sambe.System(
        static,
        drive={1: [(0.5 * drive, at({0: up}))]},
        omega=omega,
        baths=[sambe.Bath(name, at({k: across}), density, temperature=t) for name, k, t in ends],
        name=f"{spins}-spin chain",
    )
