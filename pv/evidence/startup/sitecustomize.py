"""Python imports this before anything of a process under test, and so begins to observe it.

Then the folder leaves the import path, and the module gives way to one that the user may have.
"""

import os
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location

_HERE = os.path.dirname(os.path.abspath(__file__))


def _observe(report: str, apart: str) -> None:
    file = os.path.join(os.path.dirname(_HERE), "observer.py")
    spec = spec_from_file_location("pv_observer", file)
    assert spec is not None  # noqa: S101 - the file has the suffix of a module
    assert spec.loader is not None  # noqa: S101 - likewise
    observer = module_from_spec(spec)
    spec.loader.exec_module(observer)
    observer.compile_from_source()
    observer.Observer(report, apart).begin()


def _give_way() -> None:
    ours = sys.modules.pop("sitecustomize")
    try:
        import_module("sitecustomize")
    except ModuleNotFoundError as fault:
        if fault.name != "sitecustomize":
            raise
    sys.modules.setdefault("sitecustomize", ours)


if "PV_REPORT" in os.environ and sys.version_info >= (3, 11):  # it may be of another Python
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != _HERE]
    _observe(os.environ["PV_REPORT"], os.environ["PV_APART"])
    _give_way()
