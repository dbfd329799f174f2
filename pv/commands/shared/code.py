"""The code with claims that words of a command line name."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pv.binding.model import Binding
from pv.commands.shared.errors import UserFault
from pv.contract.model import Contract


class Named(NamedTuple):
    """What code claims of itself, and the words that name no code."""

    contracts: tuple[Contract, ...]
    bindings: tuple[Binding, ...]
    others: tuple[str, ...]


def named_code(words: Sequence[str]) -> Named:
    """Read the claims of the code that words name; raises UserFault."""
    if all(map(_is_of_contracts, words)):
        return Named((), (), tuple(words))
    from pv.annotations.contract import binding_of, contract_of  # noqa: PLC0415 - few words
    from pv.annotations.module_text import Unclear  # noqa: PLC0415 - likewise
    from pv.annotations.targets import by_class, code_named  # noqa: PLC0415 - name code
    from pv.proposals.source.modules import Unreadable  # noqa: PLC0415 - likewise

    found, others = [], []
    for word in words:
        try:
            code = None if _is_of_contracts(word) else code_named(word, Path.cwd())
        except (Unreadable, Unclear) as fault:
            raise UserFault(str(fault)) from fault
        if code is None:
            others.append(word)
        elif code not in found:
            found.append(code)
    parts = [part for code in found for part in by_class(code)]
    return Named(
        tuple([contract_of(each) for each in parts]),
        tuple([binding_of(each) for each in parts]),
        tuple(others),
    )


def _is_of_contracts(word: str) -> bool:
    return Path(word).exists() and not word.endswith(".py")
