"""Read what qualifies claims: `for all x in D`, `when a = 1`, `where a = b`."""

from collections.abc import Callable, Collection, Iterable

from pv.claims import tree as t
from pv.claims.faults import Fault
from pv.claims.grammar.notation.reductions import EVERY
from pv.claims.grammar.words.quantifiers import quantified_names
from pv.claims.grammar.words.sorts import kind_at
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import between, is_boolean, is_claim
from pv.claims.text.cursor import Reader, Stop
from pv.claims.text.symbols import is_sign

INPUTS = frozenset({"inputs", "input", "values", "cases", "points"})
"""A claim is about all of them anyway: `for all valid inputs` says nothing more."""


def qualifier(read: Reader, found: list[t.Node]) -> list[t.Node] | None:
    """Read one qualifier of some claims and return them qualified, or None if there is none."""
    if read.at("when", "whenever", "if") or read.at_name("with"):
        if read.at_name("with") and _declares(found[-1]):
            read.stop("this may restrict what is declared", "write `and` before it")
        read.next()
        condition = read.conditions()
        if begins_for_all(read) or read.at("forall"):
            condition = for_all_of(read, condition, found)
        return alternately(read, condition, lambda said: implied(said, require_claims(read, found)))
    if read.at("where"):
        return where_clauses(read, found)
    if read.declares and read.at("for") and not begins_for_all(read):
        read.stop("what this is said of is not plain", "write `n > 1 implies temperature > 0`")
    if read.at("for", "forall"):
        return found if for_all_inputs(read) else for_qualifier(read, found)
    return None


def _declares(claim: t.Node) -> bool:
    """Return whether a claim says which set or type a value is of."""
    return isinstance(claim, t.Comparison) and claim.operators in {("in",), (":",)}


def alternately(
    read: Reader, condition: t.Node, under: Callable[[t.Node], list[t.Node]]
) -> list[t.Node]:
    """Read `A when P and B when Q` as two claims: what stands before the second `when` is B."""
    another = read.at("when", "whenever", "if", "for") and not begins_for_all(read)
    if another and isinstance(condition, t.Binary) and condition.operator == "and":
        more = qualifier(read, [condition.right])
        if more is not None:
            return [*under(condition.left), *more]
    return under(condition)


def for_all_inputs(read: Reader) -> bool:
    """Pass over `for all valid inputs`: that is what the domain says anyway."""
    words = [read.ahead(n) for n in range(1, 4)]
    said = [word.text for word in words if word.text in EVERY | {"valid"}]
    if not EVERY & {*said} or words[len(said)].text not in INPUTS:
        return False
    after = read.ahead(len(said) + 2)
    if after.kind not in {"end", "newline"} and after.text not in {",", ";", "("}:
        return False
    read.position += len(said) + 2
    return True


def for_all_of(read: Reader, condition: t.Node, found: list[t.Node]) -> t.Node:
    """Read `J = 0 when x_i = y_i for all i`: it is the condition that holds for all i."""
    at = read.position
    (quantified,) = for_qualifier(read, [condition])
    named = (
        {each.name for each in quantified.variables} if isinstance(quantified, t.Binder) else set()
    )
    if any(named & letters(each) for each in found):
        read.position = at
        return condition
    return quantified


def require_claims(read: Reader, found: list[t.Node]) -> list[t.Node]:
    """Return the claims; stops where one is none."""
    for each in found:
        if not is_boolean(each) or isinstance(each, t.Name):
            read.fault(each, "this is no claim, so nothing can hold of it", "compare it")
    return found


def where_clauses(read: Reader, found: list[t.Node]) -> list[t.Node]:
    """Read `where a = 1, b = 2`."""
    read.next()
    if says_what_phi_is(read):
        return found
    clauses = [read.statement()]
    while read.more():
        clauses.append(read.statement())
    for clause in clauses:
        if not is_boolean(clause) or isinstance(clause, t.Name):
            read.fault(clause, "this clause is prose", "write a definition or a comparison")
    return [t.Where(each, tuple(clauses), between(each, clauses[-1])) for each in found]


def says_what_phi_is(read: Reader) -> bool:
    """Pass over `where Phi is the standard normal CDF`: in the language it is that anyway."""
    symbol, *said = (word.text for word in read.tokens[read.position : read.position + 6])
    same = symbol in {"Phi", "Φ"} and said == ["is", "the", "standard", "normal", "CDF"]
    read.position += 6 if same else 0
    return same


def begins_for_all(read: Reader) -> bool:
    """Return whether `for all`, `for any` or their kin come next."""
    return read.at("for") and read.ahead().text in EVERY


def for_qualifier(read: Reader, found: list[t.Node]) -> list[t.Node]:
    """Read `for all x in D`, `for any scalar c`, `for t >= 1 and p in (0, 1)`, `∀ x ∈ D`."""
    opening = read.next()
    used = frozenset().union(*map(letters, found))
    if read.token.text in EVERY:
        read.next()
    elif opening.text == "for" and not names_values(read, used):
        return for_condition(read, found)
    return over(read, found, *quantified_names(read, used))


def over(
    read: Reader,
    found: list[t.Node],
    variables: tuple[t.Variable, ...],
    condition: t.Node | None,
) -> list[t.Node]:
    """Quantify claims over variables, under the conditions that follow."""
    if read.at("where", "when", "whenever"):
        read.next()
        extra = read.conditions()
        condition = extra if condition is None else t.Binary("and", condition, extra, extra.span)
    require_one_case(read, condition)
    read.remark()
    end = read.before.end

    def under(said: t.Node | None) -> list[t.Node]:
        return [quantified(each, variables, said, end) for each in require_claims(read, found)]

    return under(None) if condition is None else alternately(read, condition, under)


def for_condition(read: Reader, found: list[t.Node]) -> list[t.Node]:
    """Read `for x.shape = (n, d)`: a condition behind `for`."""
    start = read.token
    try:
        condition = read.conditions()
    except Stop:
        condition = None
    if condition is None or not all(map(is_claim, t.joined(condition, "and"))):
        message = "this qualifier is prose"
        raise Stop(Fault(start.start, start.end, message, "write `for all x in …`, or `when`"))
    require_one_case(read, condition)
    return alternately(
        read, condition, lambda said: implied(said, require_claims(read, found), short=True)
    )


def implied(said: t.Node, claims: Iterable[t.Node], *, short: bool = False) -> list[t.Node]:
    """Say claims under a condition."""
    return [
        t.Binary("implies", said, each, each.span if short else between(each, said))
        for each in claims
    ]


def names_values(read: Reader, used: Collection[str]) -> bool:
    """Return whether a bare `for` quantifies: over symbols in a set or relation, or a kind."""
    at = read.position
    while read.tokens[at].kind == "name" and read.tokens[at + 1].text == ",":
        at += 2
    word, follows = read.tokens[at], read.tokens[at + 1]
    if word.kind == "name" and follows.kind == "operator" and follows.text in COMPARE:
        return is_sign(word.text) or word.text in used
    kind = kind_at(read)
    read.position, ends = at, kind is not None
    return ends


def quantified(
    claim: t.Node, variables: tuple[t.Variable, ...], condition: t.Node | None, end: int
) -> t.Node:
    """Quantify a claim; in `a iff b for all i` only b speaks of i, and only b is quantified."""
    named = {variable.name for variable in variables}
    _require_open(claim, named, end)
    _require_inside(claim, variables, end)
    match claim:
        case t.Binary("iff", left, right) if named & letters(right) and not named & letters(left):
            right = quantified(right, variables, condition, end)
            return t.Binary("iff", left, right, claim.span)
    return t.Binder("forall", variables, condition, claim, t.Span(claim.span.start, end))


def _require_open(claim: t.Node, named: set[str], end: int) -> None:
    """Stop at `Σ k = n for k in S`: whether the sum or the claim runs over k is open."""
    for part in t.walk(claim):
        match part:
            case t.Binder(kind=kind, variables=variables) if kind not in {"forall", "exists"}:
                counted = {each.name for each in variables} or letters(part.body)
            case t.Call("sum" | "prod"):
                counted = _subscripts(part) - letters(_without(claim, part))
            case _:
                continue
        if named & counted:
            message = "whether the sum or the claim runs over this is not plain"
            raise Stop(Fault(part.span.start, end, message, "write `Σ_{k in S} …`"))


def _subscripts(node: t.Node) -> set[str]:
    """Return what items are counted by: i in `x_i` and in `x[i]`, and nothing in `A[i, :]`."""
    found: set[str] = set()
    for part in t.walk(node):
        match part:
            case t.Name(name) if "_" in name:
                found.add(name.rpartition("_")[2])
            case t.Index(indices=indices) if all(isinstance(each, t.Name) for each in indices):
                found |= {each.name for each in indices if isinstance(each, t.Name)}
    return found


def _without(whole: t.Node, part: t.Node) -> t.Node:
    """Return a tree with a number in place of one part of it."""

    def change(node: t.Node) -> t.Node:
        return t.Number(0, node.span) if node is part else t.rebuild(node, change)

    return change(whole)


def _require_inside(claim: t.Node, variables: tuple[t.Variable, ...], end: int) -> None:
    """Stop at `x[i] > 0 for i in 0..n`: where items are counted from 0, the n-th is behind all."""
    counted = {
        each.name
        for each in variables
        if isinstance(each.domain, t.Range)
        and isinstance(each.domain.low, t.Number)
        and each.domain.low.value == 0
        and isinstance(each.domain.high, t.Name)
    }
    for part in t.walk(claim):
        indices = part.indices if isinstance(part, t.Index) and not part.subscript else ()
        if any(isinstance(each, t.Name) and each.name in counted for each in indices):
            message = "whether the last of these is an item is not plain"
            raise Stop(Fault(part.span.start, end, message, "write `0..n - 1`"))


def require_one_case(read: Reader, condition: t.Node | None) -> None:
    """Stop at `for x = 0 and x = 1`: whether both hold at once, or each in its turn, is open."""
    names = [
        each.operands[0].name
        for each in ([] if condition is None else t.joined(condition, "and"))
        if isinstance(each, t.Comparison)
        and "=" in each.operators
        and isinstance(each.operands[0], t.Name)
    ]
    if condition is not None and len({*names}) < len(names):
        read.fault(condition, "this may mean two cases or one", "state a claim for each case")


def letters(node: t.Node) -> set[str]:
    """Return the names in a tree, and the subscripts of names such as x_i."""
    found = {each.name for each in t.walk(node) if isinstance(each, t.Name)}
    return found | {name.rpartition("_")[2] for name in found}
