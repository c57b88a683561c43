"""Dots with interaction: a photon-assisted double dot in Coulomb blockade, and the Anderson dot with spin.

NumPy only. **Currents are positive into the system.**
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ._leads import Floats, fermi, finite, leads_of
from .dots import DotCurrents, account

__all__ = ["DoubleDotCurrent", "anderson_dot_currents", "double_dot_current"]


class DoubleDotCurrent(NamedTuple):
    r"""Particles per time through a double dot, the variance's rate, and their ratio; each ``(...)``.

    .. math:: F = S/I

    Attributes
    ----------
    current : ndarray (...)
        I, from left to right.
    noise : ndarray (...)
        S, at zero frequency.
    fano : ndarray (...)

    Examples
    --------
    >>> found = double_dot_current(0.004, 0.0, 0.01, 0.01)
    >>> bool(found.fano == found.noise / found.current)
    True
    """

    current: Floats
    noise: Floats
    fano: Floats


def double_dot_current(
    tunnel_coupling: npt.ArrayLike,
    detuning: npt.ArrayLike,
    rate_in: npt.ArrayLike,
    rate_out: npt.ArrayLike,
) -> DoubleDotCurrent:
    r"""Photon-assisted current through a double dot in Coulomb blockade, coherences kept, and its noise.

    .. math:: I = \frac{T_c^2\,\Gamma_R}{T_c^2 (2 + \Gamma_R/\Gamma_L) + \Gamma_R^2/4 + D^2},\qquad
              \frac{S}{I} = I^2\Bigl(\frac{1}{\Gamma_L^2} + \alpha^2 - 2\beta\Bigr),

    .. math:: \alpha = \frac{2}{\Gamma_R} + \frac1W,\qquad \beta = \frac{1}{W\Gamma_R}
              + \frac{1 - 4D^2/\Gamma_R^2}{2 T_c^2},\qquad
              W = \frac{T_c^2\,\Gamma_R}{\Gamma_R^2/4 + D^2}

    for at most one electron, which enters the left dot (filled lead) and leaves the right one (empty
    lead), under the drive :math:`T_c(|R\rangle\langle L| e^{-i\omega t} + \text{h.c.})` with
    :math:`D = \epsilon_R - \epsilon_L - \omega`. Passages are independent (a renewal process), so the
    Fano factor is the relative variance of the time that one takes. Each takes one quantum:
    the pump gives :math:`\omega I`. The full secular equation has
    :math:`1/I = 1/\Gamma_L + 2/\Gamma_R` at D = 0, whatever :math:`T_c`: wrong below :math:`\Gamma_R`.

    Parameters
    ----------
    tunnel_coupling, detuning : array_like (...)
        :math:`T_c` and D.
    rate_in, rate_out : array_like (...)
        :math:`\Gamma_L` and :math:`\Gamma_R`, above zero.

    Returns
    -------
    DoubleDotCurrent
        Particles from left to right, so positive into the system at the left lead.

    Raises
    ------
    InputError
        For a rate that is not above zero.

    References
    ----------
    Stoof & Nazarov, Phys. Rev. B 53, 1050 (1996); Elattari & Gurvitz, Phys. Lett. A 292, 289 (2002).

    Examples
    --------
    >>> dot = double_dot_current(0.004, 0.0, 0.01, 0.01)
    >>> f"{dot.current:.9e} {dot.fano:.7f}"
    '2.191780822e-03 0.2073560'
    """
    names = ("tunnel_coupling", "detuning", "rate_in", "rate_out")
    given = (tunnel_coupling, detuning, rate_in, rate_out)
    coupling, mismatch, enter, leave = np.broadcast_arrays(*map(finite, names, given))
    for name, rate in (("rate_in", enter), ("rate_out", leave)):
        if not (rate > 0).all():
            raise InputError(name, rate, "give a rate above zero")
    squared = coupling**2
    width = leave**2 / 4 + mismatch**2  # of the resonance, times T_c^2 Gamma_R / W
    current = squared * leave / (squared * (2.0 + leave / enter) + width)
    # alpha and beta times T_c^2, so that a coupling of zero divides nothing.
    alpha = 2.0 * squared / leave + width / leave
    beta = width / leave**2 + 0.5 * (1.0 - 4.0 * mismatch**2 / leave**2)
    mean_time = squared * (1.0 / enter) + alpha  # T_c^2 / I
    variance = (squared / enter) ** 2 + alpha**2 - 2.0 * squared * beta
    fano = variance / mean_time**2
    return DoubleDotCurrent(np.asarray(current), np.asarray(fano * current), np.asarray(fano))


def anderson_dot_currents(
    level: npt.ArrayLike,
    repulsion: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
) -> DotCurrents:
    r"""Currents of an undriven dot with spin and repulsion U, by its rate equation.

    .. math:: p_0 : p_1 : p_2 = d_0 d_1 : 2 u_0 d_1 : u_0 u_1,\qquad
              u_k = \sum_b \Gamma_b f_b(\epsilon + kU),\quad d_k = \sum_b\Gamma_b\,[1 - f_b(\epsilon + kU)],

    .. math:: I_b = 2\Gamma_b\sum_{k=0,1}\Bigl[f_b\,\frac{p_k}{1+k} - (1 - f_b)\,\frac{p_{k+1}}{2-k}\Bigr]
              _{\epsilon + kU},

    and :math:`J_b` the same with :math:`\epsilon + kU` beneath the sum.

    Parameters
    ----------
    level, repulsion : array_like (...)
        :math:`\epsilon` and U.
    tunnelling, temperature, chemical_potential : array_like (..., lead)
        :math:`\Gamma_b` of each spin, T >= 0 and :math:`\mu_b`.

    Returns
    -------
    DotCurrents
        Positive into the dot; the pump's entry is zero.

    Raises
    ------
    InputError
        As `dot_currents`.

    References
    ----------
    Bonet, Deshmukh & Ralph, Phys. Rev. B 65, 045317 (2002).

    Examples
    --------
    >>> dot = anderson_dot_currents(0.2, 1.0, (0.01, 0.004), 0.2, (0.3, -0.3))
    >>> dot.population.round(6).tolist()
    [0.363057, 0.634383, 0.00256]
    """
    leads = leads_of(level, tunnelling, temperature, chemical_potential, 0.0, 0.0, None)
    steps = np.broadcast_to(finite("repulsion", repulsion)[..., None], leads.level.shape)
    energy = np.stack([leads.level, leads.level + steps], axis=-1)  # (..., 1, electrons before)
    up, down = (leads.tunnelling[..., None] * share for share in fermi(energy, leads))
    (u0, u1), (d0, d1) = (np.moveaxis(rate.sum(-2), -1, 0) for rate in (up, down))
    population = np.stack([d0 * d1, 2.0 * u0 * d1, u0 * u1], axis=-1)
    weight = population.sum(-1, keepdims=True)
    if not (
        weight > 0
    ).all():  # d_1 = u_0 = 0: a dot with attraction that one electron never enters or leaves
        raise InputError("level, repulsion", (level, repulsion), "at this temperature one electron neither "
                         "enters nor leaves, and the state is not unique; raise the temperature")  # fmt: skip
    population = population / weight
    single = population[..., 1:2] / 2.0  # of one spin
    empty = np.concatenate([population[..., :1], single], axis=-1)
    full = np.concatenate([single, population[..., 2:]], axis=-1)
    rate = 2.0 * (up * empty[..., None, :] - down * full[..., None, :])
    return account(leads, rate.sum(-1), (energy * rate).sum(-1), population)
