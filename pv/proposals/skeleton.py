"""A contract to begin with: it holds, and each of its parts is there to be replaced."""

from collections.abc import Mapping
from pathlib import Path

from pv.proposals.documents import files_of

_CONTRACT = """\
metadata:
  version: 1.0.0
  description: An example to replace
  references: [{module_file}]
  kind: library                # code of any field; `pv schema contract` lists the kinds
equations:
  clamped:                     # what the claims call; the binding file says what implements it
    formula: clamped(x, low, high) = max(low, min(x, high))
    domain: {{x: -9..9, low: -3..0, high: 0..3}}
proof_obligations:
  - id: {name}.within
    type: bound
    equation: clamped
    property: The result lies between both ends
    formal: low <= clamped(x, low, high) and clamped(x, low, high) <= high
falsification_tests:
  - id: {name}.inside
    rule: What lies inside stays as it is
    prediction: low <= x and x <= high implies clamped(x, low, high) = x
    if_fails: Look at the order of min and max.
    obligation: {name}.within
qa_gate:
  id: {name}.gate
  name: The example holds
  checks: [validation, falsification]
  require: {{{name}.within: PROVED}}
"""
_BINDING = """\
version: 1.0.0
target: {name}
root: .                        # the folder that holds the code
bindings:
  - contract: {name}
    equation: clamped
    callable: {module}:clamped
    status: implemented
"""
_MODULE = '''\
"""An example for contracts/{name}.yaml, to replace."""


def clamped(x, low, high):
    """Return x, or the end that it lies beyond."""
    return max(low, min(x, high))
'''


def skeleton(name: str, folder: Path) -> Mapping[Path, str]:
    """Return the files of a contract that holds, its binding and a module for it.

    `name` is made of letters, digits, `_` and `-`.
    """
    files = files_of(name, folder)
    module = f"{name.replace('-', '_')}_code"
    code = files.binding.with_name(f"{module}.py")
    words = {"name": name, "module": module, "module_file": code.as_posix()}
    return {
        files.contract: _CONTRACT.format(**words),
        files.binding: _BINDING.format(**words),
        code: _MODULE.format(**words),
    }
