"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

JAX compiles without optimising: functions run once or twice here, and take their time to compile.
Hypothesis without a clock: these tests share their machine with whatever else runs on it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from hypothesis import settings

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # these two are read when JAX is first imported
with suppress(PackageNotFoundError):
    if version("jaxlib").startswith("0.10."):  # an XLA that does not know a flag ends the process
        os.environ.setdefault(
            "XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false"
        )  # compiles in a third of the time
settings.register_profile("tests", deadline=None, max_examples=25)
settings.load_profile("tests")
