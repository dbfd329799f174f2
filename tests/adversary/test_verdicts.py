"""Inputs that once got a false verdict; each file here is a kind of them, each entry a case.

A case has `why`, `files` (path -> text) and `steps`. A step may `write` files (null deletes one,
`same_time` keeps a file's time), set variables of the `environment`, and `run` pv; then `verdicts`
maps an id, or `contract:id`, to the verdicts that are right, `exit` and `not_exit` list exit codes.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pv.evidence.verdict import Verdict, worst
from tests import warm_python

Step = dict[str, Any]

CASES = {
    f"{file.stem}/{name}": case
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for name, case in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_verdict_is_right(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    _write(tmp_path, {"pyproject.toml": "", **case["files"]}, same_time=False)
    for step in case["steps"]:
        _write(tmp_path, step.get("write", {}), same_time=step.get("same_time", False))
        if "run" in step:
            assert [*_faults(step, _run(step, tmp_path))] == [], case["why"]


def _run(step: Step, folder: Path) -> subprocess.CompletedProcess[str]:
    return warm_python.run("pv", shlex.split(step["run"]), folder, step.get("environment"))


def _faults(step: Step, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    if done.returncode == 3 or "Traceback" in done.stderr:
        yield f"exit {done.returncode}: {done.stderr}"
        return
    if done.returncode not in step.get("exit", [done.returncode]):
        yield f"exit {done.returncode}: {done.stderr}"
    if done.returncode in step.get("not_exit", []):
        yield f"exit {done.returncode}"
    results = json.loads(done.stdout)["results"] if "verdicts" in step else []
    for key, right in step.get("verdicts", {}).items():
        contract, _, claim = key.rpartition(":")
        found = [
            Verdict[item["verdict"]]
            for item in results
            if item["id"] == claim and contract in {"", item["contract"]}
        ]
        shown = worst(found)
        if shown is None or shown.name not in right:
            yield f"{key} is {shown}, right: {' or '.join(right)}: {done.stdout}"


def _write(folder: Path, files: dict[str, str | None], *, same_time: bool) -> None:
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink(missing_ok=True)
            continue
        before = path.stat() if same_time and path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if before:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
