"""The command line by the package's name."""

import subprocess
import sys

import sambe


def test_the_package_runs_as_a_module() -> None:
    answer = subprocess.run([sys.executable, "-m", "sambe", "--version"], capture_output=True, text=True)
    assert (answer.returncode, answer.stdout.strip()) == (0, f"sambe {sambe.__version__}"), answer.stderr
