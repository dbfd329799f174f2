"""`pv gate`: evaluate quality gates from fresh evidence, running what is missing."""

import argparse
from collections.abc import Sequence
from typing import TextIO

from pv.checks.planner import plan_checks
from pv.checks.standing.gates import GateResult, judge_gate, required_verdicts
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.targets import gather, require_known
from pv.report.verdicts import as_json, gate_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Evaluate the gates; exit code 0 only if there is a gate and every gate holds."""
    options = checking.run_options(arguments)
    asked = gather(options.selection)
    require_known(asked.ids, asked.contracts)
    gates = [
        (contract, gate)
        for contract in asked.contracts
        for gate in contract.gates
        if not asked.ids or {contract.stem, gate.id} & set(asked.ids)
    ]
    if not gates:
        print("no gate is named and none is in these contracts: nothing measured", file=stderr)
        return exit_codes.NOTHING_MEASURED
    planned = [
        check
        for contract in {id(contract): contract for contract, _ in gates}.values()
        for check in plan_checks(contract, asked.bindings)
    ]
    required = [required_verdicts(contract, gate, planned) for contract, gate in gates]
    needed = {(gates[n][0].stem, name) for n, names in enumerate(required) for name in names}
    checks = [check for check in planned if (check.contract, check.id) in needed]
    engines = checking.engine_options(options, prove=True)
    results = checking.decide(checks, options, asked, engines, stdout)
    judged = [
        judge_gate(contract, gate, names, results)
        for (contract, gate), names in zip(gates, required, strict=True)
    ]
    if options.format == "json":
        print(as_json(results, [_record(gate) for gate in judged]), file=stdout)
    else:
        print("\n".join(gate_text(gate) for gate in judged), file=stdout)
    return _exit_code(judged)


def _exit_code(judged: Sequence[GateResult]) -> int:
    if any(gate.unmet for gate in judged):
        return exit_codes.DOES_NOT_HOLD
    if not any(gate.required for gate in judged):
        return exit_codes.NOTHING_MEASURED
    return exit_codes.HOLDS


def _record(gate: GateResult) -> dict[str, object]:
    return {
        "id": gate.id,
        "contract": gate.contract,
        "holds": not gate.unmet,
        "unmet": list(gate.unmet),
    }
