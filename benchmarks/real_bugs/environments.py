"""Environments for the corpus: one for each package and version, kept in a folder of their own."""

import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
OLDEST_NUMPY = "numpy>=1.24"  # pv asks for a newer one, and the corpus is about old ones too


def python_for(package: str, version: str, cache: Path) -> Path:
    """Return the interpreter of an environment that has a package, and pv beside it."""
    folder = cache / f"{package}-{version}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        quiet = ("--quiet", "--no-warn-script-location", "--disable-pip-version-check")
        pip = (str(python), "-m", "pip", "install", *quiet)
        subprocess.run(
            (*pip, f"{package}=={version}", *tools()), check=True, stderr=subprocess.DEVNULL
        )
        packages = next(folder.glob("lib/python*/site-packages"))
        (packages / "pv.pth").write_text(f"{REPOSITORY}\n", encoding="utf-8")
        (folder / "complete").touch()
    return python


def tools() -> list[str]:
    """Return what pv, Hypothesis and CrossHair need, with any NumPy that the package brings."""
    written = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    project = written["project"]
    needed = (
        *project["dependencies"],
        *project["optional-dependencies"]["symbolic"],
        "pytest>=8.3",
    )
    return [OLDEST_NUMPY if name.startswith("numpy") else name for name in needed]
