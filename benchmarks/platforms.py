"""Figures of docs/platforms.md and docs/devices.md, each from the example file of its name.

python benchmarks/platforms.py --write    # docs/figures/NAME.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sambe.faces.tasks.job import load

ROOT = Path(__file__).parents[1]
NAMES = ("transmon", "jaynes_cummings", "optomechanics", "heat_valve", "lambda", "quantum_dot", "double_dot",
         "anderson_dot", "molecular_junction", "otto_engine", "qubit_reset",
         "parametric_converter")  # fmt: skip
RESOLUTION = 110  # dots an inch: a page on a screen
DEVICES = (
    "refrigerator",
    "amplifier",
    "minimal_machine",
    "rectifier",
    "absorption",
    "routing",
    "reset",
    "battery",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/figures")
    asked = parser.parse_args()
    for name in (*NAMES, *DEVICES):
        job = load(ROOT / "examples" / f"{name}.toml")
        figure = job.task.draw(job.solve(), title=job.output.title, unit=job.output.unit)  # type: ignore[misc]
        if asked.write:
            figure.savefig(ROOT / "docs" / "figures" / f"{name}.png", dpi=RESOLUTION, bbox_inches="tight")
        print(name)


if __name__ == "__main__":
    main()
