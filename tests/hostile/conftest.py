import os

import pytest


@pytest.fixture
def hostile(project):
    """Return a project whose binding accepts all, for a contract of a stranger."""
    project.write("m.py", "def f(n): return n\n")
    entry = "{contract: counter-v1, equation: f, callable: 'm:f', status: implemented}"
    project.write(
        "contracts/bindings/counting.yaml",
        "version: 1.0.0\ntarget: t\nsystems: {s: {run: [python, -c, pass], accepts: ['*']}}\n"
        f"bindings:\n  - {entry}\n",
    )
    return project


@pytest.fixture
def like_others():
    """Return the words that let a command be forbidden what a user is, also where root runs it."""
    dropped = "-dac_override,-dac_read_search"
    return ["setpriv", "--bounding-set", dropped] if os.geteuid() == 0 else []
