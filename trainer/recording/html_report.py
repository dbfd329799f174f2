"""A self-contained HTML page about a run, beside others to compare with."""

from collections.abc import Iterator, Sequence
from html import escape
from statistics import median

from trainer.recording.run_record import RunRecord
from trainer.recording.svg_plot import Curve, plot

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
    *("run", "steps", "parameters", "first loss", "last loss", "cross-entropy at the end"),
    *("tokens/s", "device", "corpus"),
)
_LAST = 20  # steps whose mean is the loss at the end


def page(runs: Sequence[RunRecord]) -> str:
    """Return the page about the first of `runs`, beside the others."""
    run = runs[0]
    sections = [
        _SECTION.format("Runs", _table(runs)),
        _SECTION.format("Cross-entropy on the batches, in nats", _cross_entropy(runs)),
        _SECTION.format("What was optimised, and its parts", _terms(run)),
    ]
    if any(each.held_out for each in runs):
        sections.insert(
            2, _SECTION.format("Loss on held-out text, in nats a token", _held_out(runs))
        )
    return _PAGE.format(
        title=escape(f"Run {run.folder.name}"),
        objective=escape(str(run.facts.get("objective", "This run has not ended."))),
        body="".join(sections),
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
    for name in ("initial_loss", "final_loss"):
        yield "" if name not in metrics else f"{metrics[name]:.4f}"
    yield f"{sum(row['ce'] for row in last) / len(last):.4f}"
    speed = run.rows[-1]["tokens"] / median(run.seconds) if run.seconds else None
    yield "" if speed is None else f"{speed:,.0f}"
    yield str(run.facts.get("device", ""))
    yield str(run.facts.get("corpus", {}).get("digest", ""))[:12]


def _cross_entropy(runs: Sequence[RunRecord]) -> str:
    curves = [Curve(run.name, [(row["step"], row["ce"]) for row in run.rows]) for run in runs]
    return plot("cross-entropy by step", curves)


def _held_out(runs: Sequence[RunRecord]) -> str:
    curves = [
        Curve(run.name, [(row["step"], row["loss"]) for row in run.held_out])
        for run in runs
        if run.held_out
    ]
    return plot("loss on held-out text by step", curves)


def _terms(run: RunRecord) -> str:
    names = [name for name in ("total", "kd", "ce", "teacher_entropy") if name in run.rows[0]]
    curves = [Curve(name, [(row["step"], row[name]) for row in run.rows]) for name in names]
    return plot("loss and its parts by step", curves)
