r"""Where a level shift diverges, and what is said of it.

With the rate a(W) and :math:`s(W) = \frac{1}{2\pi}\mathrm P\!\int dW' a(W')/(W' - W)`: of a rate that does
not fall at large -W one number for all W, by more than that of one that rises; of a rate that is not
integrable about zero :math:`-D/W` with an infinite D.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...description.reservoir import Keyed, Reservoir
from ...errors import InputError

__all__ = ["INTEGRABLE", "OCTAVES", "divergence_of", "diverging_shift", "tail_beyond"]

# Octaves from the largest energy asked for to where the spectrum must have ended, and down to where its rate
# must be integrable. A choice: 18 decades, beyond any ratio of a cutoff and a level spacing.
OCTAVES = 60
# Largest rate that may be left there, relative to the largest of all. A choice.
REMNANT = 1e-9
# Power of w with which J has to fall at the last for its tail to be known. A choice.
SLOWEST = 0.05
# Factor by which energy times rate has to fall over the lowest 30 octaves to count as integrable at zero. A
# choice: a rate that grows as W^-s passes up to s = 29/30.
INTEGRABLE = 0.5
# Where a shift diverges, and what helps: what is one number for all levels has been left out already
DIVERGING = {
    "high": "at high frequencies, not alike for all levels, as the square of the coupling is no multiple of "
    "one; give J a cutoff (Ohmic, DrudeLorentz, Window), or lamb_shift='counter' where J vanishes at zero",
    "rising": "at high frequencies, as J rises without end; give it a cutoff (Ohmic, DrudeLorentz, Window)",
    "low": "at low frequencies, as that of 1/f noise does, not alike for all levels; take a rate J n that is "
    "finite towards zero, as of Ohmic, or of Window with low > 0",
    "vanishing": "at vanishing frequencies: a jump that takes no energy has the shift -int J/(2 pi w), not "
    "alike for all levels; take J that falls towards zero, as of Ohmic, or of Window with low > 0",
    "some": "where its rates are no numbers; mend them",
}

Real = npt.NDArray[np.float64]


def tail_beyond(shape: Keyed, reach: float) -> float:
    """int J/w dw beyond the last octave, of a J that falls as a power of w; infinite if it hardly does."""
    w = reach * 2.0 ** np.array([OCTAVES - 10.0, OCTAVES])
    before, last = np.asarray(shape.reservoir.dissipation(w), dtype=float)
    if not last:
        return 0.0
    power = math.log2(abs(before / last)) / 10.0 if before else 0.0
    return float(last / power) if power >= SLOWEST else math.inf


@lru_cache(maxsize=512)
def divergence_of(shape: Keyed, reach: float) -> str:
    """Where a shift diverges, a word of `DIVERGING`, or none: a rate that does not end, that rises without
    end, or that grows too fast towards zero."""

    def rate(w: Real) -> Real:
        there, back = (np.asarray(shape.reservoir.rates(x)[0], dtype=float) for x in (w, -w))
        return np.asarray(np.maximum(np.abs(there), np.abs(back)))

    with np.errstate(all="ignore"):
        w = reach * 2.0 ** np.array([-OCTAVES, -OCTAVES // 2, OCTAVES - 10, OCTAVES])
        near, far, before, last = rate(w)
        largest = rate(reach * 2.0 ** np.linspace(-4.0, OCTAVES, 256)).max()
        if not np.isfinite([near, far, last, largest]).all():
            return "some"
        if w[0] * near > INTEGRABLE * w[1] * far > 0:
            return "low"
        if last > REMNANT * largest and math.isinf(tail_beyond(shape, reach)):
            return "rising" if last > before * 2.0 ** (10.0 * SLOWEST) else "high"
    return ""


def diverging_shift(reservoir: Reservoir, where: str) -> InputError:
    """What is said of a shift that diverges at frequencies of `DIVERGING`."""
    return InputError(
        "lamb_shift", reservoir.spectrum or reservoir.state,
        f"its level shift diverges {DIVERGING[where]}, or take lamb_shift='none'",
    )  # fmt: skip
