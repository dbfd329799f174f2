"""Hold contracts, as they were first written, against reported bugs of public packages.

    python benchmarks/real_bugs/run.py [NAME…] [--seeds 3] [--cache FOLDER]

Installs each package in its faulty and its fixed version, pv beside it, and prints a Markdown table
of what pv, Hypothesis and CrossHair find. Takes about a minute a bug, and two gigabytes once.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from trials import REFUTED, Result, read, tried

HERE = Path(__file__).parent
_CACHE = Path.home() / ".cache" / "pv-real-bugs"


def main() -> None:
    """Print the table, a row as soon as it is known."""
    asked = _arguments()
    names = asked.names or sorted(path.parent.name for path in HERE.glob("*/bug.yaml"))
    print(
        "| bug | version | pv | Hypothesis | CrossHair | fixed version |\n|---|---|---|---|---|---|"
    )
    results = []
    for name in names:
        results.append(tried(read(HERE / name), range(1, asked.seeds + 1), asked.cache))
        print(row(results[-1]), flush=True)
    print("\n".join(["", *shares(results)]))


def row(result: Result) -> str:
    """Return the line of the table about one bug."""
    bug = result.bug
    crosshair = {None: "–", True: "found", False: "not found"}[result.crosshair]
    cells = (
        f"[{bug.name}]({bug.report})", f"{bug.package} {bug.faulty}", _verdicts(result.pv),
        f"{sum(result.hypothesis)} of {len(result.hypothesis)}", crosshair,
        result.fixed if bug.fixed is None else f"{bug.fixed}: {result.fixed}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _verdicts(found: Sequence[str]) -> str:
    """Say how many seeds refuted, and what the others said."""
    others = ", ".join(sorted({verdict for verdict in found if verdict != REFUTED}))
    return f"{found.count(REFUTED)} of {len(found)}" + (f" ({others})" if others else "")


def shares(results: Sequence[Result]) -> Iterator[str]:
    """Yield in what share of all seeds each tool found a bug."""
    for name, found in (
        ("pv", [verdict == REFUTED for each in results for verdict in each.pv]),
        ("Hypothesis", [failed for each in results for failed in each.hypothesis]),
        ("CrossHair", [each.crosshair for each in results if each.crosshair is not None]),
    ):
        if found:
            yield f"- {name}: {sum(found)} of {len(found)} ({sum(found) / len(found):.0%})"


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="folders (default: all)")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=_CACHE, help="folder of the environments")
    return parser.parse_args()


if __name__ == "__main__":
    main()
