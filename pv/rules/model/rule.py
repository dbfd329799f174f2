"""What a rule is, and how it words a finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, ParamSpec

from pv.contract.finding import Finding, Location
from pv.rules.model.catalogue import RULES

Subject = ParamSpec("Subject")


class Fact(NamedTuple):
    """What a rule found: where, what, and what to do about it."""

    location: Location
    message: str
    remedy: str
    path: str = "$"
    """Where it is in the document, where the rule knows better than by its location."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """One judgement with its code: of a contract, or of a file among its neighbours."""

    code: str
    judge: Callable[Subject, Iterator[Fact]]

    def findings(self, *subject: Subject.args, **named: Subject.kwargs) -> Iterator[Finding]:
        """Apply the rule to its subject; the catalogue says how much a finding weighs."""
        severity, _ = RULES[self.code]
        for fact in self.judge(*subject, **named):
            yield Finding(self.code, severity, fact.message, fact.remedy, fact.location, fact.path)
