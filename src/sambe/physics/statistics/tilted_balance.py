r"""The generating function of the complete equation under several tones, by balance of harmonics.

With fields :math:`\xi` that count what jumps take (see `counted_balance`) the harmonics
of the state that grows out of the stationary one obey

.. math:: \lambda\rho_m = -i[E, \rho_m] + i(m\cdot w)\rho_m + \sum_n\mathcal D_{m-n}(\xi)\,\rho_n,\qquad
          \mathcal D_d(\xi)\rho = \mathcal D_d\rho + \sum_{q+p=d}\sum_u L_u^{(q)}\rho\,
          \big[(e^{-\xi_uW - \sum_t\xi_tp_tw_t} - 1)\circ S_u^{(p)}\big] + \mathrm{h.c.}

(of real fields), and the eigenvalue is followed from that of the stationary state, zero without fields. The
others of the extended space, :math:`\lambda + im\cdot w`, are the same with other harmonics first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.eigenvalue_branch import Branch, followed, refined
from ..generators.jumps import Jumps
from ..generators.periodic_generator import make_harmonics
from ..states.tones.balance import (
    MOST_UNKNOWNS,
    Balance,
    balance_matrix,
    balanced_harmonics,
    driven_harmonics,
)
from .counted_balance import taken_by_lines, worked_by_lines

__all__ = ["tilted_balance"]

# Largest element of a harmonic that the answer drives, of its own largest, that is left out: what it does to
# the eigenvalue is of the second order in it.
SLIGHT = 1e-7
ROUNDS = 8  # of taking in harmonics that the answer drives

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class _Tilted:
    """The complete generator of one point, what each of its lines takes, and the fields.

    Attributes
    ----------
    point : Balance
    heat : tuple
        Of each bath its operators and L, without a shift, which is no jump.
    exponents : list of array (K, N, N)
        Of each bath, what the fields make of its lines.
    """

    point: Balance
    heat: tuple[tuple[list[int], Complex], ...]
    exponents: list[Complex]

    def generators(self, place: float) -> dict[int, Complex]:
        """D_d in fields of which the path has got so far, by d."""
        n = len(self.point.gaps)
        out = dict(self.point.generators)
        more: Any = [0.0, 0.0]  # with the fields, and with their conjugates
        for (wires, part), exponent in zip(self.heat, self.exponents, strict=True):
            for k, x in enumerate((exponent, exponent.conj())):
                right = self.point.coupling[wires] * np.expm1(-place * x)
                for s, l in zip(right, part, strict=True):
                    more[k] = more[k] + self.point.added(np.einsum("qik,plj->qpijkl", l, s))
        sums = self.point.sums[0].tolist()
        forward, backward = (dict(zip(sums, x, strict=True)) for x in more)
        for d in {*sums, *(-d for d in sums)}:
            total: Any = 0.0
            if d in forward:
                total = total + forward[d]
            if -d in backward:  # the adjoint of what acts on the adjoint: both sides change places
                total = total + backward[-d].conj().transpose(1, 0, 3, 2)
            out[d] = out.get(d, 0.0) + total.reshape(n * n, n * n)
        return out


def tilted_balance(jumps: Jumps, fields: Complex) -> complex:
    """Lambda of a batch of one point; not a number where it has no answer.

    Parameters
    ----------
    jumps : Jumps
    fields : array (U + T,) or (2U + T,)
        As for `sambe.physics.statistics.generating.generating_function`.
    """
    tilted, state = _tilted(jumps, fields), balanced_harmonics(jumps)
    if not state:
        return complex(np.nan)
    n, value = len(tilted.point.gaps), complex(np.nan)
    ahead = tilted.generators(1.0)
    for _ in range(ROUNDS):
        harmonics = list(state)
        branch = _branch(tilted, harmonics, state, value, ahead)
        if not branch.known[0]:
            return complex(np.nan)
        value, vector = complex(branch.value[0]), branch.vector[0] / np.abs(branch.vector[0]).max()
        state = dict(zip(harmonics, vector.reshape(-1, n, n), strict=True))
        driven = driven_harmonics(tilted.point, state, set(harmonics), ahead)
        wanted = {m for m, share in driven.items() if share > SLIGHT}
        wanted |= {-m for m in wanted}
        if not wanted:
            return value
        if (len(harmonics) + len(wanted)) * n * n > MOST_UNKNOWNS:
            break
        state |= {m: np.zeros((n, n), dtype=complex) for m in sorted(wanted)}
    return complex(np.nan)


def _tilted(jumps: Jumps, fields: Complex) -> _Tilted:
    bare = replace(jumps, shift_forward=None, shift_backward=None)
    point, plain = (
        Balance.of(make_harmonics(j, j.dressing.quanta[-1]), 0, None, None) for j in (jumps, bare)
    )
    energy, baths = taken_by_lines(jumps, point), len(point.heat)
    turns = worked_by_lines(energy, point)
    worked = sum(fields[baths + t] * turn for t, turn in enumerate(turns))
    exponents = []
    for u, beyond in enumerate(jumps.beyond):
        exponent = fields[u] * energy + worked
        if beyond.change is not None and len(fields) > baths + len(turns):
            exponent = exponent + fields[baths + len(turns) + u] * np.asarray(beyond.change)[0, 0]
        exponents.append(exponent)
    return _Tilted(point, plain.heat, exponents)


def _branch(
    tilted: _Tilted,
    harmonics: list[int],
    state: dict[int, Complex],
    value: complex,
    ahead: dict[int, Complex],
) -> Branch:
    """The eigenvalue on some harmonics, near one that is known, or from that without fields."""
    vector = np.stack([state[m] for m in harmonics]).reshape(1, -1)
    if np.isfinite(value):
        near = refined(balance_matrix(tilted.point, harmonics, ahead)[None], np.array([value]), vector)
        if near.known[0]:
            return near

    def matrix(_: Any, place: npt.NDArray[np.float64]) -> Complex:
        return balance_matrix(tilted.point, harmonics, tilted.generators(float(place[0])))[None]

    still = refined(matrix(None, np.zeros(1)), np.zeros(1, dtype=complex), vector)
    return followed(matrix, still)
