"""Rules, and the facts from which findings are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, ParamSpec

from pv.contract.finding import Finding, Location
from pv.rules.model.catalogue import RULES

Subject = ParamSpec("Subject")
OTHER_KIND = (
    "write `kind: library`, or another kind, below `metadata:`;"
    " only `kernel`, the default, must have all parts"
)
"""How to say that a part is not missed."""


class Fact(NamedTuple):
    """A fact that a rule found: the place, the message and the remedy."""

    location: Location
    message: str
    remedy: str
    path: str = "$"
    """JSON path in the document; `$` where it follows from the location."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A code and the generator that judges a contract, or a file among its neighbours."""

    code: str
    judge: Callable[Subject, Iterator[Fact]]

    def findings(self, *subject: Subject.args, **named: Subject.kwargs) -> Iterator[Finding]:
        """Yield the findings about a subject, with the severity of the catalogue."""
        severity, _ = RULES[self.code]
        for fact in self.judge(*subject, **named):
            yield Finding(self.code, severity, fact.message, fact.remedy, fact.location, fact.path)
