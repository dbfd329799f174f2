"""Look for values at which a claim is false: at every point of a small space, or at drawn ones."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random

from pv.checks.model import Enumeration, Formulas
from pv.claims import EvaluationError, render
from pv.claims.values import Functions
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.calling.plain_values import plain_case
from pv.engines.kept.changes import assumed
from pv.engines.kept.watch import Watch
from pv.engines.outcome import Options, Outcome
from pv.engines.search import enumerated
from pv.engines.search.applied_tolerance import tolerance_of
from pv.engines.search.constants import constants_of
from pv.engines.search.function_mutants import POINTS, for_claim, kill_mutants
from pv.engines.search.trial import Impure, Judgement, Trial
from pv.engines.spaces import finite_spaces
from pv.engines.spaces.draw import cases
from pv.engines.spaces.membership import Members
from pv.engines.spaces.numbers import Wanted
from pv.engines.spaces.rounding import Drawn
from pv.engines.spaces.shrink import smallest
from pv.evidence.verdict import Verdict
from pv.plural import number_of

NAME = "property"

CASES = 200
OBJECTS = 1_000
"""Cases with objects, of which fewer are odd than of numbers: nothing is known of their ends."""
SECONDS = 2.0
"""For one claim about formulas; what was drawn until then counts."""
MORE_SECONDS = 10.0
"""For one about an implementation."""
AGAIN = 200
"""Cases that are tried again in other orders."""
ORDERS = 0.3
"""Seconds for that, at most."""
WEAR = 1_000
"""Times that cases are tried again where the code changes something that it keeps; at least so many
calls in other orders."""
LEAST = 10
"""Fewer cases with a value show nothing."""
ENUMERATING, DRAWING = 0.75, 0.1
"""Shares of the budget: to try every point, and to draw some if that was too short."""


def decide(plan: Formulas | Enumeration, options: Options) -> Outcome:
    """Evaluate a claim at values of its space until one contradicts it."""
    printed = listen()
    try:
        functions = {name: bound_call(bound) for name, bound in plan.functions.items()}
        if isinstance(plan, Enumeration):
            some = enumerated.some_points(plan, CASES, options.seed)
            search = Search(enumerated.as_formulas(plan), options, functions)
            found = search.run(enumerated.points(plan), some)
        else:
            found = Search(plan, options, functions).run(finite_spaces.points(plan))
    except Unusable as fault:
        found = Outcome(Verdict.ERROR, reason=str(fault))
    except Impure as fault:
        found = Outcome(Verdict.UNKNOWN, reason=str(fault))
    except EvaluationError as fault:
        found = Outcome(Verdict.UNKNOWN, reason=f"it has no value: {fault}")
    return found.saying(printed.taken()).by(found.engine or NAME)


class Search:
    """A search for a counterexample: its cases, its counts, its verdict."""

    def __init__(self, plan: Formulas, options: Options, functions: Functions) -> None:
        self.plan = plan
        self.options = options
        self.functions = functions
        self.trial = Trial(plan, functions)
        helpers = {name: each for name, each in functions.items() if plan.functions[name].helps}
        constants = constants_of(plan)
        self.members = Members(plan.space, plan.dtype, plan.draws, helpers, constants)
        self.passed: list[Drawn] = []
        self.silent: list[Drawn] = []
        """Cases at which the claim presupposes what does not hold; for mutants it may."""
        self.stride = 1
        """One in so many cases is kept, so that those kept lie all over the space."""
        self.count = self.met = self.raised = self.lacking = 0
        self.least = LEAST
        """Fewer cases with a value show nothing, unless there are no more."""
        self.first_raised: Drawn = {}
        self.without = ""
        """Why the first case without a value had none."""
        self.enumerated = self.late = self.complete = False
        """All points were tried; the time was up before; Hypothesis drew all objects there are."""
        self.nothing: Drawn | None = None
        """The first case at which the claim was about a list without items."""
        self.watch = Watch(self._code(), plan.root)
        self.called: list[Drawn] = []
        """The first cases, which are tried again in other orders."""
        longest = min(options.budget, MORE_SECONDS) if functions else SECONDS
        self.end = time.monotonic() + longest

    def run(
        self, everything: Iterable[Drawn] | None, some: Iterable[Drawn] | None = None
    ) -> Outcome:
        """Try values until one contradicts the claim or the time is up; raises Impure.

        `everything` are the points of a finite space; None: values are drawn. `some` are points all
        over it: the first ones are all on one side.
        """
        self.enumerated = everything is not None
        if everything is not None:
            self.end = time.monotonic() + self.options.budget * ENUMERATING
        found = self._first(self._drawn() if everything is None else everything)
        exhausted = self.enumerated and not self.late
        if found is None and self.enumerated and self.late:
            self.end = time.monotonic() + self.options.budget * DRAWING
            found = self._first(self._drawn() if some is None else some)
        further = everything is None and self.functions and not self.complete
        if found is None and further and self.raised == 0:
            failing = self._hypothesis()
            found = None if failing is None else self._tried(failing)
        return self._told(found or self._believed(exhausted=exhausted))

    def _first(self, cases: Iterable[Drawn]) -> Outcome | None:
        """Return the outcome of the first case that contradicts the claim, if one does in time."""
        self.late = False
        for case in cases:
            if time.monotonic() > self.end:
                self.late = True
                break
            if (found := self._tried(case)) is not None:
                return found
            if self.enumerated and self.functions:
                self.watch.after_call()
                if len(self.called) < AGAIN:
                    self.called.append(case)
        return None

    def _told(self, found: Outcome) -> Outcome:
        """Note how many cases had no value, and up to what reals counted as equal."""
        notes = found.notes
        if self.lacking and found.verdict is not Verdict.UNKNOWN:
            false = found.verdict is Verdict.REFUTED
            of = number_of(self.count + self.lacking + false, "case")
            notes = (*notes, f"{self.lacking:,} of {of} without a value: {self.without}")
        case = found.counterexample or next(iter(self.passed), None)
        if case is not None and (applied := tolerance_of(self.plan)):
            notes = (*notes, applied) if self.trial.compares_reals(dict(case)) else notes
        engine = found.engine or ("enumerate" if self.enumerated else NAME)
        return replace(found, notes=notes, engine=engine)

    def _drawn(self) -> Iterator[Drawn]:
        if self.plan.space.objects:
            from pv.engines.spaces import hypothesis_search  # noqa: PLC0415 - it takes 0.3 s

            count = self.options.cases or CASES
            found = hypothesis_search.examples(self.members, count, self.options.seed)
            self.complete = found.all_there_are
            self.least = 1 if self.complete else LEAST
            return iter(found.cases)
        numbers = [each for each in self.members.constants if isinstance(each, int | float)]
        wanted = Wanted(numbers, tiny=bool(self.functions))
        return cases(self.members, self.options.cases or CASES, self.options.seed, wanted)

    def _hypothesis(self) -> Drawn | None:
        """Continue with Hypothesis, which knows the constants of the code under test."""
        from pv.engines.spaces import hypothesis_search  # noqa: PLC0415 - importing it takes 0.3 s

        def holds(case: Drawn) -> bool:
            judged = self.trial.judge(case)
            if judged.holds:
                self.count += 1
                self.met += judged.met
            elif judged.false is None:
                self._lacks(judged)
            return judged.false is None

        objects = bool(self.plan.space.objects)
        count = self.options.cases or (OBJECTS - CASES if objects else CASES)
        seed = self.options.seed + objects  # with the same one, Hypothesis draws the same objects
        return hypothesis_search.falsifying(self.members, holds, count, seed, self.end)

    def _keep(self, case: Drawn) -> None:
        """Keep a case for mutants; the first ones of a space are all on one side of it."""
        self.passed.append(case)
        if len(self.passed) > POINTS:
            self.passed = self.passed[1::2]
            self.stride *= 2

    def _tried(self, case: Drawn) -> Outcome | None:
        """Judge one case; the outcome if it ends the search."""
        judged = self.trial.judge(case)
        if judged.holds:
            self.count += 1
            self.met += judged.met
            if judged.nothing:
                self.nothing = self.nothing or case
            elif judged.met and self.met % self.stride == 0:
                self._keep(case)
            elif not judged.met and len(self.silent) < POINTS:
                self.silent.append(case)
            return None
        if judged.false is None:
            self._lacks(judged)
            return None
        if judged.raised and not self.enumerated and not self.count:
            self.raised += 1  # raising everywhere is a binding that does not fit
            self.first_raised = case if self.raised == 1 else self.first_raised
            return None
        return self.refuted(case, judged)

    def _lacks(self, judged: Judgement) -> None:
        self.lacking += 1
        self.without = self.without or judged.without

    def refuted(self, case: Drawn, judged: Judgement) -> Outcome:
        """Shrink a counterexample and describe it; raises Impure."""
        again = self.trial.judge(case)
        if again.false is None:
            raise Impure("false, then true")
        least = self._smallest(case)
        judged = self.trial.judge(least)
        return Outcome(
            Verdict.REFUTED,
            self.count + 1,
            self.trial.reason(judged, least),
            plain_case(least),
            tuple(f"{side}  is  {value}" for side, value in self.trial.sides(least)),
        )

    def _smallest(self, case: Drawn) -> Drawn:
        """Return the simplest counterexample; objects are what Hypothesis alone makes simpler."""
        if not self.plan.space.objects:
            return smallest(case, self.members, lambda other: self.trial.judge(other).false)
        from pv.engines.spaces import hypothesis_search  # noqa: PLC0415 - importing it takes 0.3 s

        found = hypothesis_search.falsifying(
            self.members, lambda other: self.trial.judge(other).false is None,
            self.options.cases or CASES, self.options.seed, self.end + SECONDS,
        )  # fmt: skip
        return found or case

    def _believed(self, *, exhausted: bool) -> Outcome:
        """Turn a pass into a verdict: enough cases, pure functions, and a claim that can fail."""
        if self.raised and (found := self._only_raised()) is not None:
            return found
        if self.nothing is not None and not any(map(self.trial.has_items, self.passed)):
            self.trial.needs_items = True
            return self.refuted(self.nothing, self.trial.judge(self.nothing))
        if not self.count and not self.lacking:
            if not exhausted and time.monotonic() > self.end:
                return Outcome(Verdict.UNKNOWN, 0, "the budget was spent before there was a case")
            reason = "no values that were tried meet the preconditions"
            if name := self.members.without_values():
                reason = f"no value lies in the domain of `{name}`"
            elif self.plan.space.objects and not self.complete:
                reason = "nothing that was drawn meets the domain, which may have no values"
                return Outcome(Verdict.UNKNOWN, 0, reason)
            elif exhausted:
                reason = "the domain has no points that meet the preconditions"
            return Outcome(Verdict.VACUOUS, 0, reason)
        if self.count < (1 if exhausted else self.least):
            why = f"; elsewhere {self.without}" if self.without else ""
            reason = (
                f"only {number_of(self.count, 'case')} met the preconditions and had a value{why}"
            )
            return Outcome(Verdict.UNKNOWN, self.count, reason)
        if (silent := self._silent(exhausted=exhausted)) is not None:
            return silent
        proved = exhausted and not self.lacking and not self.plan.partial
        verdict = Verdict.PROVED if proved else Verdict.SURVIVED
        notes: tuple[str, ...] = ()
        if self.enumerated and not exhausted:
            notes = ("the time was up before the last point; from then on, points were drawn",)
        if not self.functions:
            return Outcome(verdict, self.met, notes=notes)
        if (impure := self.trial.unstable(self.passed)) is not None:
            case, reason = impure
            return Outcome(Verdict.UNKNOWN, self.count, reason, plain_case(case))
        about = {
            name: each
            for name, each in self.functions.items()
            if not self.plan.functions[name].helps
        }
        points = [*self.passed, *self.silent]
        mutants = kill_mutants(about, self._over, points, for_claim(self.plan.tree))
        if not mutants.killed:
            reason = f"it cannot fail: none of {mutants.tried} mutants of what it calls is killed"
            return Outcome(Verdict.VACUOUS, self.count, reason)
        found = Outcome(
            verdict, self.met, mutants=str(mutants), notes=notes, total=not self.lacking
        )
        return self._lasting(found) if proved else found

    def _silent(self, *, exhausted: bool) -> Outcome | None:
        """Return the outcome of a claim that says nothing, or whose part does not; None: all do."""
        part = self.trial.silent()
        if self.met and part is None:
            if self.met >= self.least or exhausted:
                return None
            cases = number_of(self.count, "case")
            reason = f"what the claim presupposes held in {self.met} of {cases} only"
            return Outcome(Verdict.UNKNOWN, self.count, reason)
        reason = "in no case did what the claim presupposes hold"
        if self.met and part is not None:
            reason = f"in no case did what a part of it presupposes hold: {render(part)}"
        elif exhausted:
            points = number_of(self.count, "point")
            reason = f"at none of {points} does what the claim presupposes hold"
        if not exhausted and time.monotonic() > self.end:
            return Outcome(Verdict.UNKNOWN, self.count, f"{reason} before the budget was spent")
        return Outcome(Verdict.VACUOUS, self.count, reason)

    def _in_other_orders(self) -> None:
        """Try cases again, in as many orders as there are cases; raises Impure."""
        cases = [*self.called, *self.passed]
        order = Random(self.options.seed)  # noqa: S311 - nothing is to be secret
        started = time.monotonic()
        end = min(self.end, started + ORDERS)
        if started - self.watch.began > ORDERS * self.count:
            return  # one call takes as long
        for _ in range(max(len(cases), -(-WEAR // max(len(cases), 1)))):
            for case in cases:
                if self.trial.judge(case).false is not None:
                    raise Impure("true at first, and false after other calls")
                if time.monotonic() > end:
                    return
            order.shuffle(cases)

    def _lasting(self, found: Outcome) -> Outcome:
        """Take no proof of code that depends on more than arguments; raises Impure if it shows."""
        self._in_other_orders()
        deterministic = all(bound.deterministic for bound in self.plan.functions.values())
        why, now = self.watch.verdict(deterministic=deterministic)
        if why is None:
            return replace(found, notes=(*found.notes, *assumed(now)))
        for case in (case for _ in range(WEAR) for case in self.passed):
            if self.trial.judge(case).false is not None:
                raise Impure("true, and after many calls false")
            if time.monotonic() > self.end:
                break
        return replace(found, verdict=Verdict.SURVIVED, notes=(*found.notes, f"no proof: {why}"))

    def _code(self) -> Functions:
        return {name: resolve(bound.callable) for name, bound in self.plan.functions.items()}

    def _only_raised(self) -> Outcome | None:
        judged = self.trial.judge(self.first_raised)
        if judged.false is None:
            raise Impure("it raised, then it did not")
        if not self.count and self.raised >= LEAST:
            reason = f"in each of {self.raised} cases {judged.false}; correct the binding"
            return Outcome(
                Verdict.ERROR, reason=reason, counterexample=plain_case(self.first_raised)
            )
        return self.refuted(self.first_raised, judged)

    def _over(self, functions: Functions) -> Callable[[Drawn], bool]:
        trial = Trial(self.plan, {**self.functions, **functions})
        return lambda case: trial.judge(case).holds
