"""The explorer in a real browser: knobs, tabs, downloads, links, error states, speed and accessibility.

Needs Chromium (Debian's package `chromium`) and the development group. Without a browser the tests are
skipped with the reason; where SAMBE_BROWSER is set, as in continuous integration, they fail instead.
"""

from __future__ import annotations

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
# Finds an element by a selector inside shadow roots too, where the page's texts stand.
DEEP = """selector => {
    const search = root => {
        for (const node of root.querySelectorAll('*')) {
            if (node.matches(selector)) return node;
            if (node.shadowRoot) { const deep = search(node.shadowRoot); if (deep) return deep; }
        }
        return null;
    };
    const node = search(document);
    return node && (node.dataset.value || node.textContent);
}"""
SHOWN = f"([selector, old]) => {{ const now = ({DEEP})(selector); return now && now !== old; }}"
# Takes the time from a key to the frame after the answer, inside the page: asking for it from outside, again
# and again, takes more of the browser than the redraw itself.
STOPWATCH = """() => {
    const search = root => {
        for (const node of root.querySelectorAll('*')) {
            if (node.matches('[data-value]')) return node;
            if (node.shadowRoot) { const deep = search(node.shadowRoot); if (deep) return deep; }
        }
        return null;
    };
    const node = search(document), root = node.getRootNode();
    let start = null, shown = node.dataset.value;
    window.redraws = [];
    window.addEventListener('keydown', () => { start = performance.now(); }, true);
    new MutationObserver(() => {
        const now = root.querySelector('[data-value]');
        if (start === null || !now || now.dataset.value === shown) return;
        const since = start;
        [start, shown] = [null, now.dataset.value];
        requestAnimationFrame(() => { window.redraws.push((performance.now() - since) / 1e3); });
    }).observe(root, {subtree: true, childList: true, characterData: true, attributes: true});
}"""
# Seconds from a turned slider to its redraw, median and 95th percentile, at most. The aim is 0.15 and 0.25,
# which two cores with nothing beside them reach while they draw the browser's canvas as well.
MEDIAN, TAIL = 0.5, 1.0


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


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
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
    page.wait_for_function(SHOWN, arg=[selector, old], timeout=1e3 * patience, polling=5)
    return str(page.evaluate(DEEP, selector))


def slider(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True).first


def test_a_slider_turned_by_keys_redraws_and_is_in_the_link(opened: Opener) -> None:
    page = opened()
    before = page.evaluate(DEEP, "[data-value]")
    slider(page, "omega").press("ArrowRight")
    after = changed(page, "[data-value]", before)
    assert float(after) > float(before)
    page.wait_for_url(re.compile("system.omega="))
    again = opened(page.url.split("/")[-1])
    assert again.evaluate(DEEP, "[data-value]") == after


def test_the_verdict_is_always_in_sight(opened: Opener) -> None:
    page = opened()
    assert "partial" in changed(page, ".chip", None)
    page.mouse.move(900, 600)
    page.mouse.wheel(0, 2000)
    chip = page.locator(".chip").first
    chip.wait_for(state="visible")
    assert 0 <= chip.bounding_box()["y"] < page.viewport_size["height"]


def test_tabs_are_filled(opened: Opener) -> None:
    page = opened()
    for tab in ("Levels", "Map", "Noise", "Machine", "Transient"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_url(re.compile(f"tab={tab.lower()}"))
        assert page.locator("canvas").first.is_visible()
        if tab == "Machine":
            assert "heater" in changed(page, "table[data-machine]", None)
    assert "basis state" in changed(page, "[data-course]", None)


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
    told = str(page.evaluate(DEEP, ".fault"))
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
    assert opened().evaluate(DEEP, "[data-value]")


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
