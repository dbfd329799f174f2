"""Time of the loss's kernel alone by the columns and warps of a program; one table of Markdown.

The bytes are those that a perfect cache would leave: both models' logits read, one written.
Nothing is asserted. On a CPU it needs TRITON_INTERPRET=1.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from models import timed

from trainer.configuration.schema import Distillation
from trainer.losses.fused_rows import Launch, Rows, differentiate_rows
from trainer.losses.row_gradients import Sums, Weights

LAUNCHES = [Launch(block, warps) for block in (1024, 2048, 4096, 8192) for warps in (4, 8, 16)]
SIZES = ((2048, 32_768), (1024, 131_072))
WEIGHTS = Weights(0.3, 0.7)


def main() -> int:
    """Measure every shape, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--tiny", action="store_true", help="one shape at a size of a test")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    launches, sizes = (LAUNCHES[:1], ((2, 1500),)) if options.tiny else (LAUNCHES, SIZES)
    lines = [
        "## The kernel alone, bf16, forward KL",
        "",
        "| rows x V | columns | warps | ms | GB/s |",
    ]
    lines.append("|---|---:|---:|---:|---:|")
    for rows, vocabulary in sizes:
        lines += table(rows, vocabulary, torch.device(options.device), launches)
        options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


def table(
    count: int, vocabulary: int, device: torch.device, launches: list[Launch]
) -> Iterator[str]:
    """Yield a row of the table for each shape."""
    student = torch.randn(count, vocabulary, device=device).bfloat16()
    labels = torch.arange(count, device=device)
    sums = torch.empty(len(Sums._fields), count, device=device)
    rows = Rows(student, student.clone(), labels, sums)
    for launch in launches:

        def work(launch: Launch = launch) -> None:
            differentiate_rows(rows, Distillation(), WEIGHTS, launch)

        seconds = min(timed(work, device, 5))
        rate = 3 * student.nbytes / seconds / 1e9
        yield (
            f"| {count:,} x {vocabulary:,} | {launch.block:,} | {launch.warps} "
            f"| {seconds * 1e3:.3f} | {rate:,.0f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
