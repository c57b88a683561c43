"""The server of the explorer: on this machine alone, with a bound on what its sessions may ask."""

from __future__ import annotations

import socket
import sys
import webbrowser
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ...errors import InputError
from ...models import MODELS
from ..input.model_tables import file_of_model
from .choices import TABS
from .knobs import knobs

__all__ = ["HOST", "files_to_open", "listen", "make_page", "make_server", "serve"]

HOST = "127.0.0.1"
# Threads that answer questions of all sessions, and a request's largest size in bytes; choices.
THREADS, LARGEST_REQUEST = 4, 1_000_000
# Seconds after which a thread lets another one run. Python waits 5 ms, dozens of times in an answer,
# as every call of a numerical library gives the interpreter away: measured, a redraw takes half the time.
SWITCH = 5e-4
STATIC = Path(__file__).parent / "static"

Files = Mapping[str, Mapping[str, Any]]


def files_to_open(file: Path | None) -> tuple[Files, dict[str, Path]]:
    """What the page can open, a file and every model; and where files stand."""
    files: dict[str, Mapping[str, Any]] = {}
    beside: dict[str, Path] = {}
    if file is not None:
        from ..input.gate import read
        from ..tasks.job import load

        load(file)  # tells what is wrong with it before a page is made
        files[file.name], beside[file.name] = read(file.read_text(encoding="utf-8-sig")), file.parent
        if not any(knob.sweepable for knob in knobs(files[file.name])):
            raise InputError("file", str(file), "it has no number that a slider could turn")
    for name in MODELS:
        files.setdefault(name, file_of_model(name))
    return files, beside


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    # what is put in is HTML already, of `controls`, which escapes what a file says
    return Environment(loader=FileSystemLoader(STATIC), autoescape=False).get_template("page.html")


def make_page(files: Files, beside: Mapping[str, Path], pool: ThreadPoolExecutor, document: Any) -> None:
    """Put the page of a new session into its document, in the state that its link says."""
    from .downloads import DOWNLOADS
    from .page import Page

    arguments = document.session_context.request.arguments if document.session_context else {}
    parts = {key: values[-1].decode("utf-8", "replace") for key, values in arguments.items()}
    dark = parts.get("theme") == "dark"
    page = Page(files, beside, pool, query=urlencode(parts), dark=dark, document=document)
    for root in page.roots:
        document.add_root(root)
    document.title = "sambe explorer"
    document.template = _template()
    document.template_variables.update(
        theme="dark" if dark else "light", form=page.first_form, tabs=TABS, downloads=DOWNLOADS,
        style=(STATIC / "page.css").read_text("utf-8"), script=(STATIC / "page.js").read_text("utf-8"),
    )  # fmt: skip
    document.on_session_destroyed(lambda _context: page.latest.close())


def make_server(
    files: Files, beside: Mapping[str, Path], pool: ThreadPoolExecutor, listening: socket.socket
) -> Any:
    """A Bokeh server of the page and of its downloads, that has not been started."""
    from bokeh.application import Application
    from bokeh.application.handlers.function import FunctionHandler
    from bokeh.core.validation import silence
    from bokeh.core.validation.warnings import EMPTY_LAYOUT
    from bokeh.resources import Resources
    from bokeh.server.server import BaseServer
    from bokeh.server.tornado import BokehTornado
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop

    class Tornado(BokehTornado):  # type: ignore[misc]  # of a package without types
        """Sends no more of Bokeh than figures need."""

        def resources(self, absolute_url: Any = None) -> Any:
            return Resources(mode="server", root_url=self.prefix or "/", components=["bokeh"])

    silence(EMPTY_LAYOUT, True)  # a tab that has not been opened
    port = listening.getsockname()[1]
    hosts = [f"{HOST}:{port}", f"localhost:{port}"]
    page = Application(FunctionHandler(lambda document: make_page(files, beside, pool, document)))
    tornado = Tornado(
        {"/": page}, extra_websocket_origins=hosts, use_index=False,
        extra_patterns=[(r"/(sambe_explorer\.\w+)", _giver(), {"of": (files, beside, pool, hosts)})],
        websocket_max_message_size_bytes=LARGEST_REQUEST,
    )  # fmt: skip
    http = HTTPServer(tornado, max_body_size=LARGEST_REQUEST)
    http.add_socket(listening)
    return BaseServer(IOLoop.current(), tornado, http)


@cache
def _giver() -> Any:
    """The class that answers a request for a file."""
    import asyncio

    from tornado.web import RequestHandler

    from .downloads import MAKERS
    from .link import from_link
    from .texts import message

    class Giver(RequestHandler):  # type: ignore[misc]  # of a package without types
        """Makes the file that a link asks for."""

        def initialize(self, of: Any) -> None:
            self.files, self.beside, self.pool, self.hosts = of

        async def get(self, name: str) -> None:
            if self.request.host not in self.hosts or name not in MAKERS:
                self.send_error(404)
                return
            state, _ = from_link(self.request.query, self.files)
            work = self.pool.submit(MAKERS[name], state, self.beside.get(state.origin))
            try:
                content = await asyncio.wrap_future(work)
            except Exception as error:
                # in words, which the page shows; a failed request would be an error of the page
                self.set_header("Content-Type", "text/html; charset=utf-8")
                self.write(message([error]))
                return
            self.set_header("Content-Type", "application/octet-stream")
            self.write(content.getvalue())

    return Giver


def serve(file: Path | None, port: int, show: bool) -> None:
    """Serve the page until the process is interrupted.

    Raises
    ------
    InputError
        If the file cannot be used, or the port is taken.
    """
    import asyncio
    import warnings

    files, beside = files_to_open(file)
    # The browser starts, connects and asks while Bokeh is imported; what it asks waits in the socket.
    listening = listen(port)
    print(f"sambe explorer at http://{HOST}:{port}; Ctrl-C ends it", flush=True)
    if show:
        webbrowser.open(f"http://{HOST}:{port}/")
    sys.setswitchinterval(SWITCH)
    warnings.simplefilter("ignore")  # each answer says in its variables what it warns of

    async def until_interrupted() -> None:
        server = make_server(files, beside, pool, listening)
        server.start()
        pool.submit(warm_up, files, beside)
        await asyncio.Event().wait()

    with ThreadPoolExecutor(THREADS, thread_name_prefix="sambe") as pool:
        asyncio.run(until_interrupted())


def warm_up(files: Files, beside: Mapping[str, Path]) -> None:
    """Import and solve what the first page will ask, while its browser starts."""
    from .page import Page

    with ThreadPoolExecutor(1) as pool:
        Page(files, beside, pool).latest.close()


def listen(port: int) -> socket.socket:
    """A socket of this machine alone that takes connections from now on.

    Raises
    ------
    InputError
        If the port is taken.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setblocking(False)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise InputError("--port", port, f"it cannot be used ({error}); choose another") from None
    return listening
