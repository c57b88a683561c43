"""The server: what it opens, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

from sambe.errors import InputError
from sambe.faces.explorer.server import HOST, files_to_open, listen, make_server, serve
from sambe.faces.input.model_tables import file_of_model
from sambe.faces.tasks.job import ConfigError
from sambe.models import MODELS

EXAMPLES = Path(__file__).parents[4] / "examples"


def test_all_models_and_a_file_in_front() -> None:
    files, beside = files_to_open(EXAMPLES / "map.toml")
    assert list(files) == ["map.toml", *MODELS]
    assert beside == {"map.toml": EXAMPLES}


def test_a_file_that_cannot_be_used_is_told_before_the_page(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[system]\nmodel = "kitchen"')
    with pytest.raises(ConfigError, match="kitchen"):
        files_to_open(file)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        with pytest.raises(InputError, match="choose another"):
            serve(None, other.getsockname()[1], show=False)


@pytest.fixture
def served() -> Iterator[str]:
    """Address of a server in a thread of its own."""
    listening = listen(0)
    started, ends = threading.Event(), []

    async def run(pool: ThreadPoolExecutor) -> None:
        server = make_server({"spin_boson": file_of_model("spin_boson")}, {}, pool, listening)
        server.start()
        end = asyncio.Event()
        ends.append((asyncio.get_running_loop(), end))
        started.set()
        await end.wait()
        server.stop()

    with ThreadPoolExecutor(2) as pool:
        work = pool.submit(lambda: asyncio.run(run(pool)))
        assert started.wait(30)
        yield f"http://{HOST}:{listening.getsockname()[1]}/"
        loop, end = ends[0]
        loop.call_soon_threadsafe(end.set)
        work.result(30)


def test_the_page_has_its_form_and_no_more_of_bokeh_than_figures_need(served: str) -> None:
    html = urlopen(served + "?points=11&system.drive=0.2&theme=dark").read().decode()
    assert re.findall(r"static/js/([\w-]+).min.js", html) == ["bokeh"]
    assert 'data-knob="system.drive" data-start="0.1" value="0.2"' in html
    assert '<html lang="en" class="dark">' in html


def test_a_hostile_link_is_no_part_of_the_page(served: str) -> None:
    html = urlopen(served + "?tab=%3Cscript%3Ealert(1)&open=%22%3E%3Cimg&terminal=%3Cb%3E").read().decode()
    assert "alert(1)" not in html
    assert "<img" not in html


def test_a_file_is_made_of_a_link(served: str) -> None:
    text = urlopen(served + "sambe_explorer.toml?points=11&system.drive=0.2").read().decode()
    assert tomllib.loads(text)["system"]["drive"] == 0.2


def test_a_file_that_cannot_be_made_is_told_in_words(served: str) -> None:
    with urlopen(served + "sambe_explorer.csv?baths.0.temperature=-1") as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "temperature" in answer.read().decode()


@pytest.mark.parametrize(
    ("file", "host"),
    [("sambe_explorer.exe", None), ("sambe_explorer.toml", "elsewhere.example")],  # a name that leads here
)
def test_other_files_and_other_hosts_are_refused(served: str, file: str, host: str | None) -> None:
    request = Request(served + file, headers={} if host is None else {"Host": host})
    with pytest.raises(HTTPError) as refused:
        urlopen(request)
    with refused.value as answer:
        assert answer.code == 404
