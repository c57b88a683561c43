r"""Jumps through leads: how many particles each brings, and at which rate.

A jump j -> i of a dressing whose states have definite numbers of particles brings :math:`N_i - N_j = \pm 1`
through a lead. With the particle's energy :math:`\epsilon = (N_i - N_j)\,W` it has the rate

.. math:: a(W) = \Gamma(\epsilon) f(\epsilon - \mu)\ (+1),\qquad
          a(W) = \Gamma(\epsilon)\,[1 - f(\epsilon - \mu)]\ (-1),

and its reverse the other of the two, so that :math:`a(-W)/a(W) = e^{[W - \mu(N_i - N_j)]/T}`.

*Level shifts* are principal values with the Fermi function.
A particle that enters with the energy :math:`\epsilon` and one that leaves with it shift by

.. math:: s^+(\epsilon) = \mathrm P\!\int\frac{d\epsilon'}{2\pi}\,
          \frac{\Gamma(\epsilon') f(\epsilon')}{\epsilon' - \epsilon},\qquad
          s^-(\epsilon) = -\mathrm P\!\int\frac{d\epsilon'}{2\pi}\,
          \frac{\Gamma(\epsilon') [1 - f(\epsilon')]}{\epsilon' - \epsilon},

in the place of s(W) of a bath of bosons. A level without interactions moves by their difference
:math:`s^- - s^+ = \mathrm{Re}\,\Sigma(\epsilon)`, the real part of its self-energy. With
:math:`g(\epsilon) = \psi[1/2 - i(\epsilon - \mu)/2\pi T]/2\pi + i/4`, whose imaginary part is f/2, the
wide band has :math:`s^\pm = \Gamma\,\mathrm{Re}\,g` up to a number that is the same for all levels, the
logarithm of the bandwidth, which moves nothing: :math:`d d^\dagger + d^\dagger d` is one for each operator.
For a Lorentzian of the pole :math:`p = \epsilon_0 + i\gamma`

.. math:: s^+(\epsilon) = \Gamma(\epsilon)\,\mathrm{Re}\,g(\epsilon)
          - \mathrm{Re}\,\frac{\Gamma_0\gamma\,g(p)}{i(\epsilon - p)},\qquad
          s^- = s^+ + \Gamma(\epsilon)\,\frac{\epsilon - \epsilon_0}{2\gamma}.
"""

from __future__ import annotations

import math

from ...description.bath import Bath
from ...description.leads.fermi import Lorentzian
from ...description.spectral_density import Flat
from ...errors import InputError
from ...numerics.arrays import Array, namespace
from ..dressing.dressing import Dressing
from ..dressing.particle_sectors import particle_numbers
from .lamb_shift import shifted_digamma

__all__ = ["jump_rates", "jump_slopes", "lead_shift_pair", "particle_change"]

# what a number of a bath is called among those of its reservoir
OF_RESERVOIR = {"temperature": "state.temperature", "chemical_potential": "state.chemical_potential",
                "tunnelling": "spectrum.strength"}  # fmt: skip
SMALLEST = 1e-100  # energy, in any unit, below which there is none: 1e-200 of it is still a number


def particle_change(dressing: Dressing, bath: Bath) -> Array:
    """N_i - N_j of each element, ``(..., Q, N, N)``; None for a bath that exchanges no particles."""
    if bath.particles is None:
        return None
    xp = namespace(dressing.states)
    n = particle_numbers(dressing.states, bath.particles)
    gap = (n[..., :, None] - n[..., None, :])[..., None, :, :]
    return xp.broadcast_to(gap, (*gap.shape[:-3], len(dressing.quanta), *gap.shape[-2:]))


def jump_rates(bath: Bath, energy: Array, change: Array = None) -> tuple[Array, Array]:
    """a(W) of the jumps and a(-W) of their reverses, ``(..., Q, N, N)``.

    Parameters
    ----------
    bath : Bath
        Its array-valued numbers broadcast against the energies.
    energy : array (..., Q, N, N)
        W.
    change : array (..., Q, N, N), optional
        Particles that a jump brings; where it is not one or minus one a lead does nothing.
    """
    if change is None:
        return bath.rates(energy)
    xp = namespace(energy, change)
    full, empty = bath.rates(xp.where(change < 0, -energy, energy))
    one, nothing = xp.abs(change) == 1.0, 0.0 * full
    up, down = xp.where(change > 0, full, empty), xp.where(change > 0, empty, full)
    return xp.where(one, up, nothing), xp.where(one, down, nothing)


def jump_slopes(bath: Bath, energy: Array, change: Array = None, by: str = "energy") -> tuple[Array, Array]:
    """Derivatives of a(W) and a(-W) by W or by a number of the bath, such as ``"temperature"``; NaN where
    they are not known, as by a number that is in no rate. Arguments as of `jump_rates`."""
    path = OF_RESERVOIR.get(by, by.replace("tunnelling.", "spectrum."))
    if change is None:
        return bath.reservoir.slopes(energy, path)
    xp = namespace(energy, change)
    full, empty = bath.reservoir.slopes(xp.where(change < 0, -energy, energy), path)
    if by == "energy":  # of a particle, which is -W where one leaves
        full, empty = xp.where(change < 0, -full, full), xp.where(change < 0, -empty, empty)
    one, nothing = xp.abs(change) == 1.0, xp.zeros_like(energy)
    up, down = xp.where(change > 0, full, empty), xp.where(change > 0, empty, full)
    return xp.where(one, up, nothing), xp.where(one, down, nothing)


def lead_shift_pair(lead: Bath, energy: Array, change: Array) -> tuple[Array, Array]:
    """s(W) of the jumps through a lead and s(-W) of their reverses, ``(..., Q, N, N)``.

    Parameters
    ----------
    lead : Lead
        Its array-valued numbers broadcast against the energies.
    energy, change : array (..., Q, N, N)
        W, and the particles that a jump brings.

    Raises
    ------
    InputError
        If the tunnelling is a function of which no closed form is known.
    """
    xp = namespace(energy, change)
    enters, leaves = _of_particles(lead, xp.where(change < 0, -energy, energy))
    one, nothing = xp.abs(change) == 1.0, xp.zeros_like(enters)
    up, down = xp.where(change > 0, enters, leaves), xp.where(change > 0, leaves, enters)
    return xp.where(one, up, nothing), xp.where(one, down, nothing)


def _of_particles(lead: Bath, energy: Array) -> tuple[Array, Array]:
    """s+ and s- at energies of particles."""
    line, reservoir = lead.reservoir.spectrum, lead.reservoir
    t, mu = reservoir.state.temperature, reservoir.state.chemical_potential  # type: ignore[attr-defined]
    if isinstance(line, Flat):
        shift = line.strength * _real_part(energy - mu, t)
        return shift, shift
    if not isinstance(line, Lorentzian):
        raise InputError(
            "lamb_shift", f"{lead.label}.tunnelling", "the level shift by a lead is known for a number and "
            "for sambe.Lorentzian; take one of these, 'auto', which leaves it out, or 'none'",
        )  # fmt: skip
    pole = line.centre + 1j * line.width
    beyond = line.strength * line.width * _thermal(pole - mu, t) / (1j * (energy - pole))
    rate = line.density(energy)
    enters = rate * _real_part(energy - mu, t) - _real(beyond)
    return enters, enters + rate * (energy - line.centre) / (2.0 * line.width)


def _real(x: Array) -> Array:
    return namespace(x).real(x)


def _real_part(x: Array, temperature: Array) -> Array:
    """Re g, infinite at the edge at T = 0, where it is a logarithm."""
    xp, g = namespace(x, temperature), _real(_thermal(x, temperature))
    return xp.where(_at_edge(x, temperature), xp.full_like(g, -math.inf), g)


def _thermal(x: Array, temperature: Array) -> Array:
    """g at an energy from the chemical potential, and ln 2 pi T over 2 pi; finite at the edge at T = 0."""
    xp = namespace(x, temperature)
    tau, y = 2.0 * math.pi * temperature, xp.asarray(-1j * x)
    # psi(z) = psi(1 + z) - 1/z at z = 1/2 + y/tau
    beyond = xp.where(_at_edge(x, temperature), SMALLEST + 0.0 * y, y + 0.5 * tau)
    return (shifted_digamma(beyond, tau) - tau / beyond) / (2.0 * math.pi) + 0.25j


def _at_edge(x: Array, temperature: Array) -> Array:
    return namespace(x, temperature).abs(x) + temperature <= SMALLEST
