"""What a rule is, and how it words a finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pv.contract.finding import Finding, Location, Severity
from pv.contract.model import Contract


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule found: where, what, and what to do about it."""

    location: Location
    message: str
    remedy: str


Judge = Callable[[Contract], Iterator[Fact]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One judgement with its code."""

    code: str
    severity: Severity
    title: str
    judge: Judge

    def findings(self, contract: Contract) -> Iterator[Finding]:
        """Apply the rule to one contract."""
        for fact in self.judge(contract):
            yield Finding(self.code, self.severity, fact.message, fact.remedy, fact.location)
