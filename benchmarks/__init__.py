"""Benchmarks of sambe beside its peers: `python -m benchmarks`."""

import os

# one BLAS thread here and in child processes; it has to be said before NumPy is imported
os.environ.update(
    dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
    )
)
