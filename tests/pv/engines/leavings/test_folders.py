import os
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow

LEAVING = """
from pv.engines.leavings.folders import Folder
made = Folder()
(made.path / "inner").mkdir()
print(made.path)
"""
REMOVING = "made.remove()"


@pytest.mark.parametrize("end", ["", REMOVING, "import os; os._exit(1)"])
def test_a_folder_goes_with_its_maker_however_that_ends(tmp_path, end):
    ran = subprocess.run(
        [sys.executable, "-c", LEAVING + end],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "_exit" not in end:
        assert ran.stdout.startswith(f"{tmp_path}/pv-run-")
    until = time.monotonic() + 30
    while [*tmp_path.iterdir()] and time.monotonic() < until:
        time.sleep(0.05)
    assert [*tmp_path.iterdir()] == []


def test_only_folders_that_are_named_and_kept_as_ours_are_swept(tmp_path):
    for name, mode in {
        "pv-run-12-abcd_123": 0o700, "pv-run-12-abcd_124": 0o755, "pv-run-12-mine": 0o700,
        "pv-2024-results": 0o700, "other": 0o700,
    }.items():  # fmt: skip
        (tmp_path / name).mkdir(mode=mode)
    (tmp_path / "pv-run-34-abcdefgh").write_text("", encoding="utf-8")
    (tmp_path / "pv-run-56-abcdefgh").symlink_to(tmp_path / "other")
    subprocess.run(
        [sys.executable, "-c", LEAVING + REMOVING],
        env={**os.environ, "TMPDIR": str(tmp_path)}, check=True, capture_output=True,
    )  # fmt: skip
    assert {each.name for each in tmp_path.iterdir()} == {
        "pv-run-12-abcd_124", "pv-run-12-mine", "pv-2024-results", "other",
        "pv-run-34-abcdefgh", "pv-run-56-abcdefgh",
    }  # fmt: skip
