"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

Hypothesis without a clock: these tests share their machine with whatever else runs on it.
"""

from __future__ import annotations

import os

from hypothesis import settings

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
settings.register_profile("tests", deadline=None, max_examples=40)
settings.load_profile("tests")
