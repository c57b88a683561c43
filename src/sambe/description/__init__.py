"""What a user has: operators, spectral densities, baths, the driven system, and how it is read from QuTiP.

Objects that are checked when they are made and never change; only `numerics` and the errors may be imported
here, so that a description knows nothing of the equations that will be solved for it.
"""

from .bridges import from_qutip as _from_qutip  # noqa: F401 (gives System its from_qutip)
