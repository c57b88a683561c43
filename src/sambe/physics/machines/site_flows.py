r"""Where the energy goes between the sites of a chain.

With :math:`H_0 = \sum_s h_s + \sum_{s<o} h_{so}` (see `sambe.description.sums.sites`) the energy that
leaves a site for its interaction with another, and what a bath and the drive give to the site's own, are

.. math:: J_{s\to o} = -i\,\overline{\langle[h_{so}, h_s]\rangle},\qquad
          P_{su} = \overline{\mathrm{Tr}[h_s \mathcal D_u\rho]},\qquad
          P_{sp} = i\,\overline{\langle[H(t) - H_0, h_s]\rangle},

averages over a period. In the stationary state :math:`\sum_o J_{s\to o} = \sum_u P_{su} + P_{sp}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.observables import Observable, places_of_parts
from ...description.sums.sites import by_sites
from ...description.sums.terms import Terms
from ...description.system import System
from ...description.tones.quanta import code_of
from ...errors import InputError
from ...numerics.arrays import dagger
from ..dressing.dressing import Dressing
from ..generators.jumps import jumps_at
from ..generators.redfield import pack, unpack
from ..method import Flowing
from ..states.solution import Solution
from ..tones.folding import Fold
from ..treatments import TREATMENTS
from .dissipators import of_bath

__all__ = ["Product", "chain_products", "site_flows"]

JOINED = 1e-12  # largest element beyond pairs of sites, over the largest, that rounding explains
NOTHING = 1e-14  # largest element of an operator, over the largest of H_0, that rounding explains

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class Product:
    """What the expectation value of an operator is multiplied by, and what it is a part of.

    Attributes
    ----------
    kind : {"bond", "own", "drive"}
    site, other : int
        ``other`` of bonds alone.
    static : tuple of int
        Terms of the Hamiltonian whose coefficients stand with it.
    driving : tuple of (int or tuple, int)
        Harmonic and number of the term of the drive whose coefficient does; empty without.
    """

    kind: str
    site: int
    other: int
    static: tuple[int, ...]
    driving: tuple[Any, int] | tuple[()] = ()


def chain_products(
    system: System, sites: Sequence[int]
) -> tuple[tuple[Observable, ...], tuple[Product, ...]]:
    """Operators whose expectation values make up the flows, and what each stands with.

    Raises
    ------
    InputError
        If a term of the Hamiltonian joins three sites or more.
    """
    terms: Terms = system.hamiltonian
    parts = [by_sites(op, sites) for _, op in terms]
    for k, ((_, op), (_, _, rest)) in enumerate(zip(terms, parts, strict=True)):
        if np.abs(rest).max() > JOINED * np.abs(op).max(initial=0.0):
            raise InputError(
                f"hamiltonian[{k}]", op, "it joins three sites or more, so that energy flows along no bond; "
                "take such sites together as one",
            )  # fmt: skip
    largest = max((np.abs(op).max() for _, op in terms), default=0.0)
    operators: list[Observable] = []
    products: list[Product] = []

    def enter(operator: Complex, product: Product) -> None:
        if np.abs(operator).max() > NOTHING * largest:
            operators.append(Observable(str(len(operators)), operator))
            products.append(product)

    bonds = [(k, pair, bond) for k, (_, two, _) in enumerate(parts) for pair, bond in two.items()]
    drive = [(h, m, op) for h, driving in system.drive.items() for m, (_, op) in enumerate(driving)]
    for l, (one, _, _) in enumerate(parts):
        for s, local in one.items():
            enter(local, Product("own", s, s, (l,)))
            for k, pair, bond in bonds:
                if s in pair:
                    other = pair[0] + pair[1] - s
                    enter(-1j * (bond @ local - local @ bond), Product("bond", s, other, (k, l)))
            for h, m, op in drive:
                enter(1j * (op @ local - local @ op), Product("drive", s, s, (l,), (h, m)))
    return tuple(operators), tuple(products)


def site_flows(
    system: System, method: Flowing, solution: Solution, fold: Fold | None = None
) -> tuple[Reals, Reals]:
    """Bond currents and local powers of a batch with one axis of points; ``fold`` says how tones have folded.

    Returns
    -------
    bonds : array (P, s, s)
        Energy per time that leaves a site for its interaction with another.
    local : array (P, s, U + T)
        Energy per time that each terminal gives to the site's own energy.
    """
    points, count = solution.unique.size, len(method.sites)
    bonds = np.zeros((points, count, count))
    baths = len(system.baths)
    local = np.zeros((points, count, baths + system.tones))
    jumps = jumps_at(solution.jumps, np.arange(points))
    observed, state = jumps.dressing.observed, np.asarray(solution.state)
    if observed is None:  # nothing joins the sites, and nothing has an energy
        return bonds, local
    changes = _changes(solution, method)
    for places, product in zip(places_of_parts(method.observables), method.products, strict=True):
        weight = _weight(system, product, points)
        values: Complex = np.zeros((points, len(changes)), dtype=complex)
        for unit, place in zip((1.0, 1j), places, strict=False):
            if product.kind == "own":
                at_rest = _harmonic(observed, place, 0)
                values += unit * np.stack([_trace(at_rest, change) for change in changes], axis=-1)
            else:
                turn = _quanta(product.driving[0], fold) if product.driving else 0
                # what stands with exp(-i h w t) has to take -h quanta to have a mean
                values[:, 0] += unit * _trace(dagger(_harmonic(observed, place, turn)), state)
        weighted = weight[:, None] * values
        if product.kind == "own":
            local[:, product.site, :baths] += weighted.real
        elif product.kind == "drive":
            given = 2.0 * weighted[:, 0].real
            local[:, product.site, baths:] += given[:, None] * _shares(product.driving[0], system, points)
        else:
            bonds[:, product.site, product.other] += weighted[:, 0].real
    return bonds, local


def _quanta(harmonic: Any, fold: Fold | None) -> int:
    """Quanta of a harmonic of the drive as the dressing counts them."""
    key = harmonic if fold is None else fold.key(harmonic)
    return code_of(key) if isinstance(key, tuple) else int(key)


def _shares(harmonic: Any, system: System, points: int) -> Reals:
    """Of what a term of the drive gives, the share of each tone, ``(P, T)``: k_t w_t of k·w."""
    if system.tones == 1:
        return np.ones((points, 1))
    taken = [k * np.broadcast_to(np.asarray(w, float), points) for k, w in
             zip(harmonic, system.omega, strict=True)]  # fmt: skip
    each = np.stack(taken, axis=-1)
    total = each.sum(axis=-1, keepdims=True)
    # Of a term at rest, as commensurate tones can have, nothing says which tone moves what it moves.
    rests = total == 0.0
    return np.asarray(np.where(rests, 1.0 / system.tones, each / np.where(rests, 1.0, total)))


def _weight(system: System, product: Product, points: int) -> Complex:
    """Product of the coefficients that an operator stands with, ``(P,)``."""
    out = np.ones(points, dtype=complex)
    for k in product.static:
        out = out * np.asarray(system.hamiltonian[k][0])
    if product.driving:
        h, m = product.driving
        out = out * np.asarray(system.drive[h][m][0])
    return out


def _changes(solution: Solution, method: Flowing) -> list[Complex]:
    """D_u rho of each bath, ``(P, N, N)``."""
    points = np.arange(solution.unique.size)
    jumps, packed = jumps_at(solution.jumps, points), pack(np.asarray(solution.state))
    inside = None if solution.inside is None else np.asarray(solution.inside)
    out = []
    for u in range(len(jumps.wiring)):
        g = TREATMENTS[method.secular].generator(of_bath(jumps, u), inside)
        turning = 1j * g.gaps * unpack(packed)
        out.append(unpack(g.apply(packed)) + (turning if inside is None else turning * inside))
    return out


def _harmonic(observed: Dressing, operator: int, quanta: int) -> Complex:
    """A harmonic q of a Hermitian operator between the dressed states, ``(P, N, N)``."""
    couplings = observed.couplings[:, operator]
    if -quanta in observed.quanta:  # q >= 0 are held
        return np.asarray(dagger(couplings[:, observed.quanta.index(-quanta)]))
    if quanta not in observed.quanta:
        return np.zeros_like(couplings[:, 0])
    return np.asarray(couplings[:, observed.quanta.index(quanta)])


def _trace(a: Complex, b: Complex) -> Complex:
    return np.asarray(np.einsum("pij,pji->p", a, b))
