import subprocess
import sys

import pytest

collect_ignore = ["recorded"]  # modules that the tests here run themselves


@pytest.fixture
def run_pytest():
    """Run pytest in a folder; returns what it prints."""

    def run(folder, *words):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".",
             *words],
            cwd=folder, capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip

    return run
