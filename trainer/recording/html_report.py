"""A self-contained HTML page about a run, beside others to compare with."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape
from statistics import median

from trainer.recording.run_record import RunRecord
from trainer.recording.svg_plot import Curve, plot
from trainer.storage.json_files import JsonObject

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; }}
table {{ border-collapse: collapse; }} th, td {{ padding: .2rem .7rem; text-align: left; }}
th {{ border-bottom: 1px solid #888; font-weight: 600; }}
text {{ font-size: 12px; fill: currentColor; }} .left {{ text-anchor: end; }}
.below {{ text-anchor: middle; }} .grid {{ stroke: #8884; }} .key {{ stroke-width: 3; }}
</style></head><body>
<h1>{title}</h1>
<p>{objective}</p>
{body}
</body></html>
"""
_SECTION = "<h2>{}</h2>\n{}\n"
_COLUMNS = (
    *("run", "steps", "parameters", "cross-entropy at the end", "best on held-out text"),
    *("tokens/s", "duration of the steps", "device", "corpus"),
)
_LAST = 20  # steps whose mean is the loss at the end


def page(runs: Sequence[RunRecord]) -> str:
    """Return the page about the first of `runs`, beside the others."""
    run = runs[0]
    alike = [each for each in runs if _corpus(each) == _corpus(run)]
    sections = [
        ("Runs", _table(runs)),
        ("Cross-entropy on the batches, in nats a token", _of_runs(alike, "ce")),
        ("Loss on held-out text, in nats a token", _held_out(alike)),
        (f"What was optimised: {_objective(run)}", _of_run(run, "total")),
        ("Divergence from the teacher, with its factor", _of_run(run, "kd")),
        ("The teacher's entropy, in nats", _of_run(run, "teacher_entropy")),
        ("Share of tokens of which both say the same", _of_run(run, "agreement")),
        ("Norm of the gradient, before it is clipped", _of_run(run, "gradient_norm")),
        ("Learning rate", _of_run(run, "learning_rate")),
        ("Configuration", _configuration(run)),
    ]
    return _PAGE.format(
        title=escape(f"Run {run.folder.name}"),
        objective=escape(_objective(run)),
        body="".join(_SECTION.format(escape(name), body) for name, body in sections if body),
    )


def _table(runs: Sequence[RunRecord]) -> str:
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(run)) + "</tr>"
        for run in runs
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _cells(run: RunRecord) -> Iterator[str]:
    metrics, last = run.facts.get("metrics", {}), run.rows[-_LAST:]
    yield run.name
    yield str(metrics.get("steps_completed", len(run.rows)))
    parameters = run.facts.get("student", {}).get("parameters")
    yield "" if parameters is None else f"{parameters:,}"
    yield f"{sum(row['ce'] for row in last) / len(last):.4f}"
    yield f"{min(row['loss'] for row in run.held_out):.4f}" if run.held_out else ""
    speed = run.rows[-1]["tokens"] / median(run.seconds) if run.seconds else None
    yield "" if speed is None else f"{speed:,.0f}"
    yield str(timedelta(seconds=round(sum(run.seconds))))
    yield str(run.facts.get("device", ""))
    yield _corpus(run)[:12]


def _corpus(run: RunRecord) -> str:
    """Return the digest of the data; losses on other data say nothing about one another."""
    return str(run.facts.get("corpus", {}).get("digest", ""))


def _objective(run: RunRecord) -> str:
    return str(run.facts.get("objective", "this run has not ended"))


def _of_runs(runs: Sequence[RunRecord], name: str) -> str:
    """Plot one figure of the steps of several runs; only what has one unit is beside another."""
    curves = [
        Curve(run.name, [(row["step"], row[name]) for row in run.rows])
        for run in runs
        if name in run.rows[0]
    ]
    return plot(f"{name} by step", curves) if curves else ""


def _of_run(run: RunRecord, name: str) -> str:
    """Plot one figure of a run on a scale of its own; empty where it has none."""
    return _of_runs((run,), name)


def _held_out(runs: Sequence[RunRecord]) -> str:
    curves = [
        Curve(run.name, [(row["step"], row["loss"]) for row in run.held_out])
        for run in runs
        if run.held_out
    ]
    return plot("loss on held-out text by step", curves) if curves else ""


def _configuration(run: RunRecord) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(json.dumps(value))}</td></tr>"
        for name, value in _leaves(run.facts.get("configuration", {}))
    )
    return f"<table><tr><th>key</th><th>value</th></tr>{rows}</table>" if rows else ""


def _leaves(tree: JsonObject, above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
