"""One run a store: the second of two starts is refused, and a lock that a killed run leaves holds nobody up.

The lock is a file beside the store. The operating system holds it for the process (``flock``), and lets go
when the process ends, however it ends. The host and the process in the file are for the message, and for file
systems that do not share locks between machines.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .layout import StoreError, failing, place_of

__all__ = ["lock_of", "locked"]

_BYTE = 2**20  # that Windows locks: beyond the text, which others have to read


def lock_of(store: str | Path) -> Path:
    """File that says which run writes a store, whatever path leads there."""
    path = place_of(store).resolve()
    return path.with_name(f".{path.name}.lock")


@contextmanager
def locked(store: str | Path | None) -> Iterator[None]:
    """Hold a store for this run alone; nothing without a store.

    Raises
    ------
    StoreError
        If another run has it, or the place cannot be written.
    """
    if store is None:
        yield
        return
    path, lock = place_of(store), lock_of(store)
    with failing(path, "choose a path that can be written"):
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _acquire(path, lock)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(descriptor)


def _acquire(path: Path, lock: Path) -> int:
    """Descriptor of the lock file, held by this process."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _seize(descriptor)
        except OSError:
            owner = _owner(descriptor)
            os.close(descriptor)
            raise StoreError(
                path, f"another run writes it ({_named(owner)}); wait for that one, or choose another path"
            ) from None
        if _is_same_file(descriptor, lock):  # else its owner removed it between the two calls
            break
        os.close(descriptor)
    owner, here = _owner(descriptor), socket.gethostname()
    if owner.get("host", here) != here:
        os.close(descriptor)
        raise StoreError(
            path, f"a run on another machine writes it ({_named(owner)}); wait for that one, or, if it is "
            f"dead, delete {lock}",
        )  # fmt: skip
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps({"host": here, "process": os.getpid()}).encode())
    return descriptor


def _seize(descriptor: int) -> None:
    """Lock a file, or raise an OSError at once if another process has it."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owner(descriptor: int) -> dict[str, Any]:
    """What the file says of who holds it; nothing where it is empty or torn."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        owner = json.loads(os.read(descriptor, 4096))
    except ValueError:
        return {}
    return owner if isinstance(owner, dict) else {}


def _named(owner: dict[str, Any]) -> str:
    return f"process {owner.get('process', 'unknown')} on {owner.get('host', 'this machine')}"


def _is_same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
