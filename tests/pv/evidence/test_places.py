import os
from pathlib import Path

import pytest

from pv.evidence.places import at_root, from_root

HERE, THERE = Path("/home/a/project"), Path("/builds/b")


@pytest.mark.parametrize(
    ("path", "written", "there"),
    [
        ("/home/a/project", ".", "/builds/b"),
        ("/home/a/project/m.py", "m.py", "/builds/b/m.py"),
        ("/home/a/projects/m.py", "/home/a/projects/m.py", "/home/a/projects/m.py"),
        ("/usr/lib/m.py", "/usr/lib/m.py", "/usr/lib/m.py"),
        ("/home/a/project/x:/bin:/home/a/project", "x:/bin:.", "/builds/b/x:/bin:/builds/b"),
    ],
)  # fmt: skip
def test_what_is_below_the_root_moves_with_it(path, written, there):
    path, written, there = (each.replace(":", os.pathsep) for each in (path, written, there))
    assert from_root(path, HERE) == written
    assert at_root(written, THERE) == there
    assert at_root(written, HERE) == path
