"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

JAX compiles without optimising: functions run once or twice here, and take their time to compile.
Hypothesis without a clock: these tests share their machine with whatever else runs on it.
"""

from __future__ import annotations

import os

from hypothesis import settings

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # these two are read when JAX is first imported
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")  # a third of the time to compile
settings.register_profile("tests", deadline=None, max_examples=25)
settings.load_profile("tests")
