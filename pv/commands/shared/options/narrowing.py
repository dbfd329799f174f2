"""Choose, of the checks that targets name, those to run now, and those to name at the end."""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pv.checks.freshness import Known
from pv.checks.model import Check
from pv.commands.shared.options.numbers import not_negative
from pv.evidence.record import strongest
from pv.evidence.store import Store

Matches = Callable[[str], bool]
"""Whether an expression is true of names, each on a line."""
_Join = Callable[[Iterable[bool]], bool]
_TOKEN = re.compile(r"[()]|[^\s()]+")
_WORDS = frozenset({"and", "or", "not", "(", ")"})


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Values of the options that leave checks out."""

    keyword: Matches | None
    last_failed: bool
    changed: bool
    exit_first: bool
    """Begin none after the first that is refuted, or an error."""
    durations: int
    """How many of the checks that took longest are named."""

    def narrowed(self, checks: Iterable[Check], store: Store) -> tuple[Check, ...]:
        """Keep the checks that every option chooses."""
        known = Known(store, warn=lambda _: None)  # the run tells it
        return tuple(check for check in checks if self._keeps(check, known))

    def _keeps(self, check: Check, known: Known) -> bool:
        if self.keyword and not self.keyword("\n".join((*check.names, check.contract))):
            return False
        if self.changed and strongest(known.find(check)) is not None:
            return False
        return not self.last_failed or _failed(check, known)


def _failed(check: Check, known: Known) -> bool:
    last = strongest(known.find(check)) or known.store.latest(check.key)
    return last is not None and last.verdict.fails


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that leave checks out."""
    group = parser.add_argument_group("which of them to run")
    group.add_argument(
        "-k", type=expression, metavar="EXPRESSION", dest="keyword",
        help="those whose name or contract matches: parts of names with and, or, not, ( )",
    )  # fmt: skip
    group.add_argument(
        "--last-failed",
        action="store_true",
        help="those that did not hold when they were last decided",
    )
    group.add_argument(
        "--changed", action="store_true", help="those that no evidence answers any more"
    )
    group.add_argument(
        "-x", "--exitfirst", action="store_true", dest="exit_first",
        help="none after the first that is REFUTED or ERROR; those not begun are named",
    )  # fmt: skip
    parser.add_argument(
        "--durations", type=not_negative, metavar="N", default=0,
        help="name the N checks that took longest (default: none)",
    )  # fmt: skip


def narrowing(arguments: argparse.Namespace) -> Narrowing:
    """Return the values of the options that `add_arguments` declares."""
    return Narrowing(
        keyword=arguments.keyword,
        last_failed=arguments.last_failed,
        changed=arguments.changed,
        exit_first=arguments.exit_first,
        durations=arguments.durations,
    )


def expression(text: str) -> Matches:
    """Read parts of names, joined by `and`, `or`, `not` and parentheses; case does not matter."""
    tokens = [*_TOKEN.findall(text.lower()), ""]
    found = _either(tokens)
    if tokens != [""]:
        raise argparse.ArgumentTypeError(f"{tokens[0]!r} is not expected in {text!r}")
    return found


def _either(tokens: list[str]) -> Matches:
    return _joined(tokens, "or", any, lambda: _joined(tokens, "and", all, lambda: _one(tokens)))


def _joined(
    tokens: list[str],
    word: str,
    join: _Join,
    read: Callable[[], Matches],
) -> Matches:
    parts: Sequence[Matches] = [read()]
    while tokens[0] == word:
        tokens.pop(0)
        parts = [*parts, read()]
    return lambda names: join(part(names) for part in parts)


def _one(tokens: list[str]) -> Matches:
    part = tokens.pop(0) if tokens[0] else ""
    if part == "not":
        inner = _one(tokens)
        return lambda names: not inner(names)
    if part == "(":
        inner = _either(tokens)
        if tokens[0] != ")":
            raise argparse.ArgumentTypeError("a bracket is not closed")
        tokens.pop(0)
        return inner
    if not part or part in _WORDS:
        raise argparse.ArgumentTypeError("a part of a name is missing")
    return lambda names: part in names.lower()
