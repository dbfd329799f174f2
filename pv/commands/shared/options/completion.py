"""The script by which a shell completes command lines of pv; shtab writes it from the parser."""

import argparse
import re
from collections.abc import Iterable

SHELLS = ("bash", "zsh", "fish")


def completion_script(
    parser: argparse.ArgumentParser, verbs: Iterable[argparse.ArgumentParser], shell: str
) -> str:
    """Return a script that completes verbs, options, their choices, files and folders."""
    import shtab  # noqa: PLC0415 - nothing else needs it

    of_metavars = {"PATH": shtab.FILE, "FILE": shtab.FILE, "DIR": shtab.DIRECTORY}
    for verb in verbs:
        for action in verb._actions:  # noqa: SLF001 - argparse shows them in no other way
            for word in re.findall(r"[A-Z]+", str(action.metavar)):
                if word in of_metavars:
                    action.complete = of_metavars[word]  # type: ignore[attr-defined] # of shtab
    return shtab.complete(parser, shell)
