"""Count what `pv validate` says about a corpus, and compare it with what another tool said.

    python benchmarks/corpus.py CORPUS

CORPUS is a folder of folders of contracts, with an `expected.json` that says `valid` or
`unparsable` of each file by its path. Prints Markdown tables.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.finding import Finding, Severity
from pv.rules.model.catalogue import RULES
from pv.rules.running.validation import Validated, validate


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    corpus: Path = parser.parse_args().corpus
    files = [file for file in yaml_files([corpus]) if not isinstance(file, Missing)]
    validated = validate(files, None, 1)
    expected = json.loads((corpus / "expected.json").read_text(encoding="utf-8"))
    print("\n".join([*groups(corpus, validated), "", *codes(validated), ""]))
    print("\n".join(surprises(corpus, validated, expected)))


def groups(corpus: Path, validated: tuple[Validated, ...]) -> Iterator[str]:
    """Yield a table row for each folder of the corpus."""
    yield "| group | files | contracts | bindings | neither | with errors | errors | warnings |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    by_group: defaultdict[str, list[Validated]] = defaultdict(list)
    for item in validated:
        by_group[Path(item.summary.file).relative_to(corpus).parts[0]].append(item)
    for name, items in by_group.items():
        kinds = Counter(item.summary.content for item in items)
        errors = [finding for item in items for finding in errors_of(item)]
        warnings = sum(
            finding.severity is Severity.WARNING for item in items for finding in item.findings
        )
        cells = (
            name, len(items), kinds[Content.CONTRACT], kinds[Content.BINDING],
            kinds[Content.OTHER], sum(bool(errors_of(item)) for item in items), len(errors),
            warnings,
        )  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def codes(validated: tuple[Validated, ...]) -> Iterator[str]:
    """Yield a table row for each rule that found something."""
    yield "| rule | severity | findings | files | about |"
    yield "|---|---|---:|---:|---|"
    found = Counter(finding.code for item in validated for finding in item.findings)
    files = Counter(code for item in validated for code in {each.code for each in item.findings})
    for code, (severity, title) in RULES.items():
        if found[code]:
            yield f"| {code} | {severity.value} | {found[code]} | {files[code]} | {title} |"


def surprises(
    corpus: Path, validated: tuple[Validated, ...], expected: dict[str, dict[str, str]]
) -> Iterator[str]:
    """Yield each file that was called valid and has errors here."""
    for item in validated:
        name = Path(item.summary.file).relative_to(corpus).as_posix()
        if expected.get(name, {}).get("verdict") == "valid" and errors_of(item):
            told = ", ".join(sorted({finding.code for finding in errors_of(item)}))
            yield f"called valid, and has errors: {name}: {told}"


def errors_of(item: Validated) -> list[Finding]:
    """Return the errors of a file."""
    return [finding for finding in item.findings if finding.severity is Severity.ERROR]


if __name__ == "__main__":
    main()
