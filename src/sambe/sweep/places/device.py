"""Blocks on a graphics card: the bulk of their points by a compiled function, the rest by NumPy.

The function is compiled once for each structure of a system (its operators, not its numbers) and each size of
batch, sizes being powers of two, and kept between calls; JAX keeps it between processes too, in the folder of
its option ``jax_compilation_cache_dir``.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...description.tones.drives import refuse_several
from ...errors import InputError, SambeError
from ...numerics.arrays import Fields
from ...physics.currents.entropy import NAIVE
from ...physics.equations import EQUATIONS
from ...physics.method import Method
from ...physics.treatments import TREATMENTS
from ..kernels.channel_fields import LABELS, channel_fields, joined_channels
from ..kernels.counted_fields import counted_fields
from ..kernels.fields import point_fields
from ..kernels.traced.traced_channels import traced_channels
from ..kernels.traced.traced_counts import traced_counts
from ..kernels.traced.traced_fields import traced_fields
from ..units import picked

__all__ = ["CPU", "DEVICES", "Device", "DeviceError", "check_device", "device_of"]

CPU = "cpu"
DEVICES = (CPU, "gpu", "jax")
FEWEST = 1024  # points of a batch at least, so that few sizes are compiled; smaller ones are filled up
MOST = 2**20  # points of a batch at most. A choice: a card is long busy, and Ctrl-C waits for one
SHARE = 0.2  # of the card's memory for a batch, as two are under way and XLA holds some arrays twice
# Work arrays of a point beside those of NumPy, in complex matrices of N^2 x N^2: the generator, its factors
WHOLE_MATRICES = 4
SMALLEST = 64  # points of a batch that does not fit the memory, below which it is given up
# What XLA says where a card's memory ends, its own words and those of the card's linear algebra, which asks
# for its share late (seen in its reports of faults)
EXHAUSTED = ("RESOURCE_EXHAUSTED", "OUT_OF_MEMORY", "DnCreate(")


class DeviceError(SambeError):
    """A graphics card that failed, or whose memory is too small for a few points."""


Kernel = Callable[[System, Method], Fields]
Points = npt.NDArray[np.intp]


def _entered(fields: Fields, points: Points, apart: Fields) -> Fields:
    """Fields of a batch with those of some points written into them."""
    for name, values in apart.items():
        fields[name][points] = values
    return fields


@dataclass(frozen=True)
class Question:
    """How a card answers what a kernel of NumPy's does.

    Attributes
    ----------
    bulk : callable
        Traced: from a batch to its fields, and the points that are left to NumPy.
    joined : callable
        Fields of the card with those of some points in their place.
    """

    bulk: Callable[[System, Method], tuple[Fields, Any]]
    joined: Callable[[Fields, Points, Fields], Fields] = _entered


QUESTIONS: dict[Kernel, Question] = {
    point_fields: Question(traced_fields),
    counted_fields: Question(traced_counts),
    channel_fields: Question(traced_channels, joined_channels),
}
Compiled = Callable[..., Any]
_compiled: dict[bytes, Compiled] = {}  # of this process, by what they were made of
_ready: set[tuple[Compiled, tuple[tuple[int, ...], ...]]] = set()  # with the shapes that each has seen
_compiling = threading.RLock()  # else the threads of a run compile the same function beside each other


@dataclass(frozen=True)
class Device:
    """A kernel that solves a batch on a device of JAX's; it is called as `point_fields` is.

    Attributes
    ----------
    name : str
        As it was asked for.
    kernel : callable
        NumPy's, one of `QUESTIONS`.
    fewest : int
        Points up to which a batch is filled up; no more than fit the memory.
    """

    name: str
    kernel: Kernel = point_fields
    fewest: int = FEWEST

    def __call__(self, system: System, method: Method) -> Fields:
        """Fields of a batch of valid points, by NumPy at those that ask for more than the function."""
        numbers = {path: np.asarray(x) for path, x in system.numbers().items() if x is not None}
        count = max(x.size for x in numbers.values())
        fields, host = self._bulk(system, method, numbers, count, self.fewest)
        left = np.flatnonzero(host)
        if not left.size:
            return fields
        if left.size == count:
            return self.kernel(system, method)
        return QUESTIONS[self.kernel].joined(fields, left, self.kernel(picked(system, left), method))

    def _bulk(
        self, system: System, method: Method, numbers: Fields, count: int, fewest: int = FEWEST
    ) -> tuple[Fields, npt.NDArray[np.bool_]]:
        """What the card gives; in halves where its memory is too small."""
        import jax

        size = max(fewest, 1 << (count - 1).bit_length())
        try:
            with jax.enable_x64(True), jax.default_device(backend(self.name)):
                rows = {path: _filled(x, count, size) for path, x in numbers.items()}
                fields, host = _called(_function(system, method, self), rows)
                whole = {k: np.array(x if k == LABELS else x[:count]) for k, x in fields.items()}
                return whole, np.asarray(host)[:count]
        except jax.errors.JAXTypeError as error:
            raise DeviceError(
                f"device {self.name!r}: JAX cannot trace a function that belongs to the system, such as a "
                "spectral density; write it for the arrays that it is given "
                f"(array_api_compat.array_namespace), or take device={CPU!r}"
            ) from error
        except jax.errors.JaxRuntimeError as error:
            if size <= SMALLEST or not any(words in str(error) for words in EXHAUSTED):
                raise _unable(self.name, error) from error
        half = size // 2
        parts, hosts = zip(
            *(
                self._bulk(system, method, {k: _cut(x, rows) for k, x in numbers.items()},
                           rows.stop - rows.start, half)
                for rows in (slice(start, min(start + half, count)) for start in range(0, count, half))
            ), strict=True,
        )  # fmt: skip
        joined = {k: x if k == LABELS else np.concatenate([p[k] for p in parts]) for k, x in parts[0].items()}
        return joined, np.concatenate(hosts)

    def batch(self, point_bytes: int, levels: int, method: Method) -> int:
        """Points of a batch, a power of two, that fit the memory of the card."""
        memory = (backend(self.name).memory_stats() or {}).get("bytes_limit", 2**31)
        whole = 0 if TREATMENTS[method.secular].populations_only else WHOLE_MATRICES * 16 * levels**4
        points = int(SHARE * memory / (point_bytes + whole))
        return 1 << int(np.clip(points, SMALLEST, MOST)).bit_length() - 1


def check_device(name: str, system: System, method: Method) -> None:
    """Refuse a device that there is not, or for which there is nothing to do.

    Raises
    ------
    InputError
        That says why.
    """
    if name not in DEVICES:
        raise InputError("device", name, f"one of {', '.join(map(repr, DEVICES))}")
    if name == CPU:
        return
    refuse_several(system.omega, "they are solved by NumPy alone; take device='cpu'")
    extras = method.branches or method.observables or method.states
    clustered = "partition_spread" in TREATMENTS[method.secular].variables
    if EQUATIONS[method.equation].exact or extras or clustered:
        raise InputError(
            "device", name, "the exact hierarchy, initial=, observables=, states= and 'clustered' are "
            "solved by NumPy alone; take device='cpu'",
        )  # fmt: skip
    if NAIVE[0] in method.accounts:
        raise InputError("device", name, "squeezed baths are solved by NumPy alone; take device='cpu'")
    backend(name)


def device_of(name: str, system: System, method: Method, kernel: Kernel = point_fields) -> Device | None:
    """Where a sweep is solved; None for this machine's own processors.

    Raises
    ------
    InputError
        If there is no such device, or no use for it.
    """
    check_device(name, system, method)
    if name == CPU:
        return None
    if kernel not in QUESTIONS:
        raise InputError("device", name, f"what is asked here is solved by NumPy alone; take {CPU!r}")
    return Device(name, kernel)


@cache
def backend(name: str) -> Any:
    """The device of JAX's.

    Raises
    ------
    InputError
        If JAX is not installed, or sees no such device.
    """
    if name == "jax":
        # XLA's pool of threads on a processor waits for itself where it has few and a condition holds LAPACK
        # calls (seen with jaxlib 0.8 to 0.11 on two cores); it reads this when it starts
        os.environ.setdefault("NPROC", "1")
    try:
        import jax
    except Exception as error:  # there is none, or not all of it, or of two versions: whatever that raises
        said = f"it needs JAX: pip install 'sambe[jax]' ({type(error).__name__}: {error})"
        raise InputError("device", name, said) from None
    try:
        return jax.devices(None if name == "jax" else name)[0]
    except Exception as error:  # whatever a driver's part of JAX raises
        said = "JAX sees no such device; is the build of JAX the one for it (pip install 'jax[cuda13]'), and "
        raise InputError("device", name, f"{said}does the driver answer? ({error})") from None


def _function(system: System, method: Method, device: Device) -> Compiled:
    """The compiled function of a structure; its numbers are arguments, whether they vary or not."""
    import cloudpickle

    bare = system.map_numbers(lambda _, x: None if x is None else np.nan)
    bulk = QUESTIONS[device.kernel].bulk
    key = cloudpickle.dumps((bare, method, device), protocol=pickle.HIGHEST_PROTOCOL)
    with _compiling:
        if key not in _compiled:
            import jax

            options: Any = jax.config  # its options are no attributes that a type checker knows
            if options.jax_compilation_cache_dir is None:
                options.update("jax_compilation_cache_dir", _cache_folder())
            _compiled[key] = jax.jit(
                lambda rows: bulk(bare.map_numbers(lambda p, _: rows.get(p)), method),
                compiler_options=_compiler_options(device.name),
            )
        return _compiled[key]


def _called(function: Compiled, rows: Fields) -> Any:
    """What a function says of a batch; the first of a size compiles it, and others wait for that."""
    seen = function, tuple(x.shape for x in rows.values())
    if seen in _ready:
        return function(rows)
    with _compiling:
        out = function(rows)
        _ready.add(seen)
    return out


@cache
def _compiler_options(name: str) -> dict[str, bool | int]:
    """What XLA is asked to do on a processor, for the same numbers.

    Its newer way to generate code there takes twice as long to compile, and is faster for two levels alone
    (by a third, seen with jaxlib 0.10). With less optimisation a ladder of 20 levels compiles in two thirds
    of the time and runs as fast.
    """
    import jax

    options: dict[str, bool | int] = {
        "xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 1,
    }  # fmt: skip
    if backend(name).platform != "cpu":
        return {}
    try:  # an XLA that does not know an option refuses it
        jax.jit(lambda x: x, compiler_options=options)(0.0)
    except jax.errors.JaxRuntimeError:
        return {}
    return options


def _cache_folder() -> str:
    """Where other programs of this user keep what can be made again."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "sambe", "jax")


def _filled(x: npt.NDArray[Any], count: int, size: int) -> npt.NDArray[Any]:
    """A number of the batch, its last value repeated up to the size; one that does not vary stays single."""
    if x.size == 1:
        return np.reshape(x, (1,)) if count > 1 else np.full(size, x)
    return np.concatenate([x, np.repeat(x[-1:], size - count)]) if x.size < size else x


def _cut(x: npt.NDArray[Any], rows: slice) -> npt.NDArray[Any]:
    return x[rows] if x.size > 1 else x


def _unable(name: str, error: Exception) -> DeviceError:
    reason = str(error).splitlines()[0][:200]
    return DeviceError(f"device {name!r} failed ({reason}); take device='cpu', or fewer levels")
