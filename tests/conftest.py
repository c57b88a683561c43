"""One BLAS thread for each test process: two of them run side by side, on two cores in CI."""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
