"""A text of a contract with the position of each of its characters in the file."""

from dataclasses import dataclass, field

from pv.contract.document_path import PathInside
from pv.contract.finding import Location


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; two texts are equal when their values are."""

    value: str
    location: Location = field(compare=False)
    source: str = field(compare=False, repr=False, default="")
    """The scalar as written, quotes and block header included."""
    path: PathInside = field(compare=False, repr=False, default=())
    """Path in the document."""

    def locate(self, start: int, end: int) -> Location:
        """Return the place of `value[start:end]`.

        Folding and indentation change white space only, so the n-th visible character of the
        value is the n-th of the source. Where escapes break that, the whole scalar is the place.
        """
        if self.value in {self.source, self.source[1:-1]}:  # one line, and nothing escaped
            shift = len(self.source) - len(self.value) >> 1
            return self._location(start + shift, max(start + 1, end) + shift)
        body = self._body()
        visible = [at for at in range(body, len(self.source)) if not self.source[at].isspace()]
        before = sum(not sign.isspace() for sign in self.value[:start])
        wanted = "".join(self.value.split())
        if not "".join(self.source[body:].split()).startswith(wanted) or not visible:
            return self.location
        length = max(1, sum(not sign.isspace() for sign in self.value[start:end]))
        first = visible[before] if before < len(visible) else visible[-1] + 1
        last = visible[min(before + length, len(visible)) - 1]
        return self._location(first, max(first, last) + 1)

    def _body(self) -> int:
        """Return the offset where the content begins: behind a quote or a block's header line."""
        if self.source[:1] in {"|", ">"}:
            return self.source.find("\n") + 1
        return 1 if self.source[:1] in {"'", '"'} else 0

    def _location(self, first: int, last: int) -> Location:
        line, column = self._place(first)
        end_line, end_column = self._place(last)
        return Location(self.location.file, line, column, end_line, end_column)

    def _place(self, at: int) -> tuple[int, int]:
        line = self.source.count("\n", 0, at)
        if line == 0:
            return self.location.line, self.location.column + at
        return self.location.line + line, at - self.source.rfind("\n", 0, at)
