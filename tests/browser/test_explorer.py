"""The explorer in a real browser: knobs, tabs, downloads, links, error states, speed and accessibility.

Needs Chromium (Debian's package `chromium`) and the development group. Without a browser the tests are
skipped with the reason; where SAMBE_BROWSER is set, as in continuous integration, they fail instead.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

EXAMPLE = Path(__file__).parents[2] / "examples" / "spin_boson.toml"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# What an element says, of the first one that a selector finds.
SAID = """selector => {
    const node = document.querySelector(selector);
    return node && (node.dataset.value || node.dataset.map || node.textContent);
}"""
SHOWN = f"([selector, old]) => {{ const now = ({SAID})(selector); return now !== old && now; }}"
# Keeps all that a part of the page says from now on, as what is soon overwritten is missed from outside.
RECORDER = f"""selector => {{
    window.said = [];
    new MutationObserver(() => {{
        const now = ({SAID})(selector);
        if (now && now !== window.said.at(-1)) window.said.push(now);
    }}).observe(document.body, {{subtree: true, childList: true, characterData: true, attributes: true}});
}}"""
# Takes the time from a key to the frame after the answer, inside the page: asking for it from outside, again
# and again, takes more of the browser than the redraw itself.
STOPWATCH = """() => {
    const read = () => document.querySelector('[data-value]').dataset.value;
    let start = null, shown = read();
    window.redraws = [];
    window.addEventListener('keydown', () => { start = performance.now(); }, true);
    new MutationObserver(() => {
        if (start === null || read() === shown) return;
        const since = start;
        [start, shown] = [null, read()];
        requestAnimationFrame(() => { window.redraws.push((performance.now() - since) / 1e3); });
    }).observe(document.getElementById('progress'), {subtree: true, childList: true});
}"""
# Seconds from a turned slider to its redraw, median and 95th percentile, at most. The aim is 0.15 and 0.25;
# a machine that draws the browser's canvas with its two cores as well is given four times as long.
MEDIAN, TAIL = 0.6, 1.5
# Seconds from asking a server that has just started for the page to the first answer on it, at most. The aim
# is 3.
FIRST = 6.0


def missing(reason: str) -> None:
    if os.environ.get("SAMBE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing("no Chromium here: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: uv sync")
    with sync_playwright() as player:
        engine = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield engine
        engine.close()


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Address of a server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "from sambe.faces.commands.main import main; main()"
    command = [sys.executable, "-c", start, "explore", str(EXAMPLE), "--no-show", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                pytest.fail(f"the server ended: {server.stdout and server.stdout.read()}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
        server.terminate()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served() as place:
        yield place


Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opener]:
    """A page that has drawn its first answer; at the end it must have asked nobody else and told no error."""
    outside: list[str] = []
    errors: list[str] = []
    context = browser.new_context(accept_downloads=True)
    inside = (address, address.replace("http", "ws"), "blob:", "data:")
    context.route(
        lambda url: not url.startswith(inside),
        lambda route: (outside.append(route.request.url), route.abort()),
    )

    def open_page(query: str = "", width: int = 1300, height: int = 950) -> Any:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + query)
        changed(page, "[data-value]", None)
        return page

    yield open_page
    context.close()
    assert outside == []
    assert errors == []


def changed(page: Any, selector: str, old: str | None, patience: float = 60.0) -> str:
    shown = page.wait_for_function(SHOWN, arg=[selector, old], timeout=1e3 * patience, polling=5)
    return str(shown.json_value())


def slider(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True).first


def test_a_slider_turned_by_keys_redraws_and_is_in_the_link(opened: Opener) -> None:
    page = opened()
    before = page.evaluate(SAID, "[data-value]")
    slider(page, "omega").press("ArrowRight")
    after = changed(page, "[data-value]", before)
    assert float(after) > float(before)
    page.wait_for_url(re.compile("system.omega="))
    again = opened(page.url.split("/")[-1])
    assert again.evaluate(SAID, "[data-value]") == after


def test_the_verdict_is_always_in_sight(opened: Opener) -> None:
    page = opened()
    assert "auto" in changed(page, ".chip", None)
    page.mouse.move(900, 600)
    page.mouse.wheel(0, 2000)
    chip = page.locator(".chip").first
    chip.wait_for(state="visible")
    assert 0 <= chip.bounding_box()["y"] < page.viewport_size["height"]


def test_tabs_are_filled(opened: Opener) -> None:
    page = opened()
    page.evaluate(RECORDER, "[data-map]")
    for tab in ("Levels", "Map", "Noise", "Machine", "Transient"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_url(re.compile(f"tab={tab.lower()}"))
        page.get_by_role("tabpanel").locator("canvas").first.wait_for(state="visible")
        if tab == "Map":  # filled in as one looks
            page.wait_for_function("() => window.said.length > 1", timeout=6e4)
            coarse, fine, *_ = map(int, page.evaluate("() => window.said"))
            assert coarse < fine
        if tab == "Machine":
            assert "heater" in changed(page, "table[data-machine]", None)
    assert "basis state" in changed(page, "[data-course]", None)


def test_tabs_answer_to_the_arrow_keys(opened: Opener) -> None:
    page = opened()
    page.get_by_role("tab", name="Currents").press("ArrowLeft")
    page.wait_for_url(re.compile("tab=transient"))
    assert page.get_by_role("tab", selected=True).inner_text() == "Transient"
    assert page.get_by_role("tabpanel").count() == 1


def test_a_typed_number_may_lie_beyond_the_slider(opened: Opener) -> None:
    page = opened()
    page.get_by_role("textbox", name="omega, typed").fill("2.7182818284")
    page.keyboard.press("Enter")
    assert changed(page, "[data-value]", "1.025") == "2.7182818284"
    assert slider(page, "omega").get_attribute("max") == "2.7182818284"
    page.get_by_role("textbox", name="omega, typed").fill("kitchen")
    page.keyboard.press("Enter")
    assert "give a number" in changed(page, ".fault", None)


def test_the_ends_of_a_curve_are_typed_and_are_in_the_link(opened: Opener) -> None:
    page = opened()
    page.get_by_role("textbox", name="To", exact=True).fill("1.5")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("system.omega.ends=0.05,1.5"))
    page.get_by_role("textbox", name="To", exact=True).fill("0.01")
    page.keyboard.press("Enter")
    assert "smaller one first" in changed(page, ".fault", None)


def test_another_system_brings_its_sliders(opened: Opener) -> None:
    page = opened()
    page.get_by_label("System", exact=True).select_option("modulated_qubit")
    slider(page, "modulation").wait_for()
    page.wait_for_url(re.compile("open=modulated_qubit"))
    assert page.locator("h2").inner_text() == "modulated_qubit"


def test_too_many_points_are_told(opened: Opener) -> None:
    page = opened()
    page.get_by_label("Points of a curve").fill("1000000000")
    page.keyboard.press("Enter")
    assert "a larger sweep is for `sambe run`" in changed(page, ".fault", None)


def test_a_file_that_cannot_be_made_is_told(opened: Opener) -> None:
    page = opened("?baths.0.temperature=0.5")
    page.evaluate("document.querySelector('[data-knob=\"baths.0.temperature\"]').value = '-1'")
    page.get_by_role("button", name="data (CSV)").click()
    assert "temperature" in changed(page, ".fault", None)


def test_downloads(opened: Opener, tmp_path: Path) -> None:
    page = opened()
    contents = {}
    for button, ending in (("input file", "toml"), ("data (CSV)", "csv"), ("figure (SVG)", "svg")):
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("button", name=button).click()
        file = tmp_path / f"file.{ending}"
        download.value.save_as(file)
        contents[ending] = file.read_text()
    assert tomllib.loads(contents["toml"])["system"]["omega"] == "across"
    assert "energy_current" in contents["csv"]
    assert "<svg" in contents["svg"]


def test_a_hostile_link_is_told_and_harmless(opened: Opener) -> None:
    page = opened(
        "?tab=<script>document.title='stolen'</script>&points=1000000000&system.drive=nan&open=../../x"
    )
    told = str(page.evaluate(SAID, ".fault"))
    assert "left out" in told
    assert page.title() == "sambe explorer"


def test_a_number_that_cannot_be_is_told_and_taken_back(opened: Opener) -> None:
    page = opened("?baths.0.temperature=0.5")
    page.goto(page.url.split("?")[0] + "?baths.0.temperature=-1")
    assert "temperature" in changed(page, ".fault", None)


def test_a_browser_that_goes_away_leaves_the_server_alive(opened: Opener) -> None:
    page = opened("?tab=map")
    slider(page, "omega").press("ArrowRight")
    page.close()
    assert opened().evaluate(SAID, "[data-value]")


@pytest.mark.parametrize(
    ("query", "width"), [("", 1300), ("?theme=dark", 1300), ("", 400), ("?theme=dark", 400)]
)
def test_axe_finds_no_serious_fault(opened: Opener, query: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(query, width=width)
    changed(page, ".chip", None)
    page.wait_for_timeout(1500)  # labels move into their places
    faults = [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert faults == []


def test_the_first_paint_comes_soon(browser: Any) -> None:
    start = time.perf_counter()
    with served() as place:
        page = browser.new_page()
        since = time.perf_counter()
        page.goto(place)
        changed(page, "[data-value]", None)
        now = time.perf_counter()
        page.close()
    told = (
        f"first paint {now - since:.2f} s after the page was asked for, {now - start:.2f} s after the command"
    )
    print(told)
    if os.environ.get("SAMBE_BROWSER"):  # where nothing runs beside it
        assert now - since < FIRST, told


def test_a_turned_slider_is_redrawn_at_once(opened: Opener) -> None:
    page = opened()
    page.evaluate(STOPWATCH)
    knob = slider(page, "omega")
    knob.press("ArrowRight")
    page.wait_for_timeout(1500)
    for _ in range(30):
        knob.press("ArrowRight")
        page.wait_for_timeout(500)
    times = sorted(page.evaluate("window.redraws"))[1:]
    told = f"median {statistics.median(times):.3f} s, 95th percentile {times[-2]:.3f} s"
    print(told)
    if os.environ.get("SAMBE_BROWSER"):  # where nothing runs beside it
        assert len(times) >= 25
        assert statistics.median(times) < MEDIAN, told
        assert times[-2] < TAIL, told
