"""The server of the explorer: on this machine alone, with a bound on what its sessions may ask."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...models import MODELS
from .knobs import file_of_model, knobs

__all__ = ["HOST", "files_to_open", "make_page", "serve"]

HOST = "127.0.0.1"
# Threads that answer questions of all sessions, and a request's largest size in bytes; choices.
THREADS, LARGEST_REQUEST = 4, 1_000_000
# Seconds after which a thread lets another one run. Python waits 5 ms, dozens of times in an answer,
# as every call of a numerical library gives the interpreter away: measured, a redraw takes half the time.
SWITCH = 5e-4


Files = Mapping[str, Mapping[str, Any]]


def files_to_open(file: Path | None) -> tuple[Files, dict[str, Path]]:
    """What the page can open, a file and every model; and where files stand."""
    files: dict[str, Mapping[str, Any]] = {}
    beside: dict[str, Path] = {}
    if file is not None:
        from ..input.gate import read
        from ..input.job import load

        load(file)  # tells what is wrong with it before a page is made
        files[file.name], beside[file.name] = read(file.read_text(encoding="utf-8-sig")), file.parent
        if not any(knob.sweepable for knob in knobs(files[file.name])):
            raise InputError("file", str(file), "it has no number that a slider could turn")
    for name in MODELS:
        files.setdefault(name, file_of_model(name))
    return files, beside


def make_page(
    files: Mapping[str, Mapping[str, Any]], beside: Mapping[str, Path], pool: ThreadPoolExecutor
) -> Any:
    """The page of a new session, in the state that its link says."""
    import panel as pn

    from .page import Page

    query = pn.state.location.search if pn.state.location is not None else ""
    dark = pn.state.session_args.get("theme", [b""])[0] == b"dark"
    page = Page(files, beside, pool, query=query, dark=dark)
    pn.state.on_session_destroyed(lambda _context: page.latest.close())
    return page.servable()


def serve(file: Path | None, port: int, show: bool) -> None:
    """Serve the page until the process is interrupted.

    Raises
    ------
    InputError
        If the file cannot be used, or the port is taken.
    """
    import warnings

    files, beside = files_to_open(file)
    _check_port(port)
    import panel as pn

    sys.setswitchinterval(SWITCH)
    pn.extension(notifications=False)
    warnings.simplefilter("ignore")  # each answer says in its variables what it warns of
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sambe")
    pn.serve(
        {"/": lambda: make_page(files, beside, pool)}, port=port, address=HOST, show=show,
        title="sambe explorer", websocket_origin=[f"{HOST}:{port}", f"localhost:{port}"],
        websocket_max_message_size=LARGEST_REQUEST, verbose=False,
    )  # fmt: skip


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise InputError("--port", port, f"it cannot be used ({error}); choose another") from None
