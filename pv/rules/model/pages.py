"""The texts that explain rules; `pv explain` prints one, `docs/rules.md` has all."""

from pathlib import Path
from typing import NamedTuple

from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read_file
from pv.rules.model.catalogue import FIXED, LINT_ONLY, RULES

_FILE = Path(__file__).with_name("pages.yaml")


class Page(NamedTuple):
    """Why a rule exists, a piece of a contract that breaks it, and the same corrected."""

    code: str
    why: str
    example: str | None
    corrected: str | None

    def markdown(self) -> str:
        """Return the page as a section, whose heading is its anchor."""
        severity, title = RULES[self.code]
        verb = "`pv lint`" if self.code in LINT_ONLY else "`pv validate`"
        fixed = "; cannot be ignored or reclassified" if self.code in FIXED else ""
        parts = [
            f"## {self.code}",
            f"**{title[0].upper()}{title[1:]}** ({severity.value}, {verb}{fixed})",
            self.why,
        ]
        for label, text in (("Example:", self.example), ("Corrected:", self.corrected)):
            if text is not None:
                parts.append(f"{label}\n\n```yaml\n{text.rstrip()}\n```")
        return "\n\n".join(parts)


def pages() -> dict[str, Page]:
    """Return every page by its code, in the catalogue's order."""
    document = read_file(_FILE)
    told = document.value if isinstance(document, Document) else {}
    return {
        code: Page(code, told[code]["why"], told[code].get("example"), told[code].get("corrected"))
        for code in RULES
    }


def reference() -> str:
    """Return the text of `docs/rules.md`."""
    head = (
        "# Rules\n\n"
        "`pv validate` and `pv lint` apply these rules. `pv explain CODE` prints one section, and"
        " `pv explain --all` generates this page. The severities are defaults:"
        " `[tool.pv.severity]` in `pyproject.toml` changes them, and a comment"
        " `# pv: ignore[CODE] reason` suppresses a rule in one line."
    )
    return "\n\n".join([head, *(page.markdown() for page in pages().values())]) + "\n"
