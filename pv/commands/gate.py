"""`pv gate`: evaluate quality gates from fresh evidence, running what is missing."""

import argparse
from collections.abc import Iterable, Sequence
from typing import TextIO

from pv.checks.freshness import Known
from pv.checks.model import Check, NotExecutable, Plan
from pv.checks.planner import plan_checks
from pv.checks.standing.gates import GateResult, Requirement, judge_gate, requirements
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.targets import Asked, gather, require_known
from pv.contract.model import Contract
from pv.evidence.record import strongest
from pv.evidence.verdict import Verdict, worst
from pv.report.screen import hand_over, say
from pv.report.verdicts import as_json, gate_record, gate_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Evaluate the gates; exit code 0 only if there is a gate and every gate holds."""
    options = checking.run_options(arguments)
    asked = gather(options.selection, stderr)
    require_known(asked.ids, asked.contracts)
    gates = [
        (contract, gate)
        for contract in asked.contracts
        for gate in contract.gates
        if not asked.ids or {contract.stem, gate.id} & set(asked.ids)
    ]
    if not gates:
        say(stderr, _no_gate(asked))
        return asked.exit_code(exit_codes.NOTHING_MEASURED)
    planned = [
        check
        for contract in {id(contract): contract for contract, _ in gates}.values()
        for check in plan_checks(contract, asked.bindings)
    ]
    required = [requirements(contract, gate, planned) for contract, gate in gates]
    needed = {key for each in required for one in each for key in one.keys}
    checks = [check for check in planned if check.key in needed]
    engines = checking.engine_options(options, prove=True)
    with checking.evidence(stderr) as store:
        streams = (stdout, stderr)
        results = checking.decide(checks, options, asked, engines, store, streams).results
        known = Known(store, warn=lambda _: None)  # the run has told it
        judged = [
            judge_gate(contract, gate, wanted, results, _beside(contract, wanted, planned, known))
            for (contract, gate), wanted in zip(gates, required, strict=True)
        ]
    if options.format == "json":
        hand_over(stdout, as_json(results, [gate_record(gate) for gate in judged]))
    else:
        say(stdout, *(gate_text(gate) for gate in judged))
    return asked.exit_code(_exit_code(judged))


def _beside(
    contract: Contract, required: Iterable[Requirement], planned: Iterable[Check], known: Known
) -> dict[str, Verdict | None]:
    """Return the worst verdict known of each claim that a gate does not ask for."""
    asked = {each.name for each in required}
    found: dict[str, Verdict | None] = {}
    for check in planned:
        if check.contract_file == contract.file and check.id not in asked:
            counts = strongest(known.find(check))
            verdicts = (found.get(check.id), counts.verdict if counts else _verdict(check.plan))
            found[check.id] = worst(each for each in verdicts if each is not None)
    return found


def _verdict(plan: Plan) -> Verdict | None:
    return plan.verdict if isinstance(plan, NotExecutable) else None


def _no_gate(asked: Asked) -> str:
    """Say that no gate is named, and which ask for what is."""
    gates = [(contract, gate) for contract in asked.contracts for gate in contract.gates]
    if not gates:
        return "there is no gate in these contracts: nothing measured"
    asking = [gate.id for contract, gate in gates if {*asked.ids} & {*contract.ids}]
    named = ", ".join(dict.fromkeys(asking or [gate.id for _, gate in gates]))
    return f"{', '.join(asked.ids)}: this is no gate; name one of these: {named}"


def _exit_code(judged: Sequence[GateResult]) -> int:
    if any(gate.required and gate.unmet for gate in judged):
        return exit_codes.DOES_NOT_HOLD
    if not all(gate.required for gate in judged):
        return exit_codes.NOTHING_MEASURED
    return exit_codes.HOLDS
