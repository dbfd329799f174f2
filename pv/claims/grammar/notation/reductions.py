"""Read sums, products, extremes and quantifiers, and the variables that they bring in."""

from pv.claims import tree as t
from pv.claims.evaluation.constructs.vectorize import ELEMENTWISE
from pv.claims.grammar.notation.lists import elided
from pv.claims.grammar.notation.powers import braces, power
from pv.claims.precedence import COMPARE, COMPARISON, NOT, PRODUCT, RANGE
from pv.claims.text.classify import REDUCTIONS, SIGNS, all_of, as_set, begins_value, between
from pv.claims.text.cursor import Reader

EVERY = frozenset({"all", "any", "every", "each"})
"""Words that a quantifier may be told by."""


def begins_sum(read: Reader) -> bool:
    """Return whether a sum or one of its kin begins here: `Σ_i …`, `sum_{i=1}^n …`, `max_i(…)`."""
    token = read.token
    if token.kind != "name":
        return False
    base, mark, index = token.text.partition("_")
    if base not in REDUCTIONS:
        return False
    after = read.ahead()
    adjacent = after.start == token.end
    if mark:
        short = len(index) <= 2 and index.isalpha() and index.islower()  # noqa: PLR2004 - _i, _ij
        return short and (base in SIGNS or begins_value(after))
    if after.text == "_" and adjacent:
        return True
    if base in SIGNS:
        return begins_value(after) or after.text == "("
    return base in {"sum", "prod"} and not adjacent and begins_value(after) and after.text != "("


def reduction(read: Reader) -> t.Node:
    """Read a sum or one of its kin with its index and its body."""
    opening = read.next()
    base, _, index = opening.text.partition("_")
    place = t.Span(opening.start, opening.end)
    variables = tuple(t.Variable(letter, None, place) for letter in index)
    condition = None
    if read.at("_"):
        read.next()
        variables, condition = subscripts(read)
    if read.at("^") and read.touches():
        read.next()
        high = braces(read) if read.at("{") else read.postfix(read.primary())
        variables = tuple(up_to(each, high, read) for each in variables)
    bracketed = read.at("(") and read.touches()
    body = bracketed_body(read) if bracketed else read.binary(PRODUCT)
    kind = REDUCTIONS[base]
    bound = {each.name for each in variables}
    linear = kind in {"sum", "mean"}
    match body:
        case t.Binary("*" | "/" | "//" | "%" as word, _, factor) if (
            not bracketed
            and bound
            and not bound & t.names(factor)
            and not (linear and word in {"*", "/"})
        ):
            message = f"how far `{base}` reaches is not plain"
            read.fault(factor, message, "put brackets around the body")
        case t.Binary("^", _, exponent) if (
            bracketed and read.before.text != ")" and kind not in {"sum", "prod"}
        ):
            message = f"whether `{base}` or each is raised to this is not plain"
            read.fault(exponent, message, "put it into the brackets, or brackets around all of it")
    open_call = isinstance(body, t.Call) and body.function not in ELEMENTWISE
    if not variables and open_call and not any("_" in name for name in t.names(body)):
        read.fault(body, "what this runs over is not said", "write `Σ_i`, or `Σ_{v in S}`")
    return t.Binder(kind, variables, condition, body, t.Span(opening.start, body.span.end))


def bracketed_body(read: Reader) -> t.Node:
    """Read `(…)²` behind a sum sign; what follows the bracket is no longer summed."""
    body = read.postfix(read.primary())
    if read.at("^"):
        read.next()
        return power(read, body)
    return body


def subscripts(read: Reader) -> tuple[tuple[t.Variable, ...], t.Node | None]:
    """Read what a sum runs over: `i`, `i=1`, `i,j`, `i in S`, `u != v`."""
    if not read.at("{"):
        read.stop("a sum runs over a name", "write `sum_i` or `sum_{i=1}^{n}`")
    opening = read.next()
    found = bound_variables(read, end="}")
    read.close("}", opening)
    return found


def bound_variables(
    read: Reader, end: str = ":", *, before_claim: bool = False
) -> tuple[tuple[t.Variable, ...], t.Node | None]:
    """Read names, the sets that they run over, and a condition on them.

    `before_claim` says that the claim may follow behind a comma: `∀ x ∈ S, f(x) > 0`.
    """
    found: list[t.Variable] = []
    conditions: list[t.Node] = []
    while True:
        names, said = (_pattern(read) if read.at("(") else None) or _named(read, end)
        found += names
        conditions += said
        if not (read.at(",") and _another(read)) or (before_claim and _claim_follows(read)):
            break
        read.next()
    limited = read.at_name("with", "such")
    if limited:
        read.next()
        if read.at_name("that"):
            read.next()
        conditions.append(read.binary(NOT))
    while read.at("and") and read.ahead().text not in EVERY:
        read.next()
        token = read.token
        said = _joined(read, found)
        if limited and not said and found[-1].domain is None:
            message = f"`{token.text}` may belong to the condition, or be one more variable"
            read.stop(message, "put brackets around the condition")
        conditions += said
    _require_independent(read, found)
    return tuple(found), all_of(conditions)


def _named(read: Reader, end: str) -> tuple[list[t.Variable], list[t.Node]]:
    """Read `i, j in S`, `k = 1..n`, `t >= 1`: names, with their set or a condition on the last."""
    group = [one_variable(read)]
    while read.at(",") and _another(read):
        read.next()
        group.append(one_variable(read))
    domain: t.Node | None = None
    said: list[t.Node] = []
    if read.take("in"):
        domain = as_set(read.binary(COMPARISON + 1))
    elif read.at("=") and (end != ":" or read.ahead(2).text in {"..", ","}):
        read.next()
        domain = first_to_last(read)
    elif read.token.kind == "operator" and read.token.text in COMPARE:
        last = group[-1]
        compared = read.comparison(t.Name(last.name, last.span))
        if end != ":" and isinstance(compared, t.Comparison) and len(compared.operators) > 1:
            read.fault(compared, "which of these the sum runs over is not said", "name it")
        said = [compared]
    return [t.Variable(each.name, domain, each.span) for each in group], said


def _joined(read: Reader, found: list[t.Variable]) -> list[t.Node]:
    """Read what `and` joins to variables: another one, its set, or a condition."""
    said = read.binary(NOT)
    match said:
        case t.Name(name):  # `for all i and j`
            found.append(t.Variable(name, None, said.span))
            return []
        case t.Comparison((t.Name(name), domain), ("in",)) if all(
            name != each.name for each in found
        ):
            found.append(t.Variable(name, domain, said.span))
            return []
    _about(read, said, found)
    return [said]


def _require_independent(read: Reader, found: list[t.Variable]) -> None:
    """Stop at `j = 1..n, i_j ~ U`: a variable that hangs on another is not bound by itself."""
    letters = {each.name for each in found}
    for each in found:
        if each.name.rpartition("_")[2] in letters - {each.name}:
            read.fault(t.Name(each.name, each.span), "this depends on another variable", "name one")


def _pattern(read: Reader) -> tuple[list[t.Variable], list[t.Node]] | None:
    """Read `(u, v) in E`: both are bound, and the pair is in the set; None where no set follows."""
    start, opening = read.position, read.next()
    names = [one_variable(read)]
    while read.take(","):
        names.append(one_variable(read))
    closing = read.close(")", opening)
    if not read.take("in"):
        read.position = start
        return None
    domain = as_set(read.binary(COMPARISON + 1))
    match domain:
        case t.Binary("^", base, t.Number(size)) if size == len(names):
            return [t.Variable(each.name, base, each.span) for each in names], []
    pair = t.Tuple(
        tuple(t.Name(each.name, each.span) for each in names), t.Span(opening.start, closing.end)
    )
    return names, [t.Comparison((pair, domain), ("in",), between(pair, domain))]


def _claim_follows(read: Reader) -> bool:
    """Return whether the comma ahead ends the names: no colon does it later, and no set follows."""
    depth = 0
    for token in read.tokens[read.position :]:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        if token.kind in {"end", "newline"}:
            return read.ahead(2).text not in {"in", ","}
        if token.text == ":" and not depth:
            return False
    return True


def _another(read: Reader) -> bool:
    """Return whether another variable stands behind a comma."""
    after = read.ahead()
    if after.text == "_":
        return True
    return after.kind == "name" and after.text not in EVERY


def _about(read: Reader, said: t.Node, found: list[t.Variable]) -> None:
    """Refuse `x_j > 0 for j = 0..7 and sum(x) = 1`: that may be a condition or another claim."""
    bound = {each.name for each in found}
    match said:
        case t.Comparison(operands=(t.Name() | t.Index(), *_)):
            return
    if not bound & t.names(said):
        read.fault(said, "this may be a condition or a claim", "write the claims one by one")


def first_to_last(read: Reader) -> t.Node:
    """Read `1..n`, `1, ..., n`, or `1` whose last value stands above the sum sign."""
    low = read.binary(RANGE)
    if read.at(",") and read.ahead().text == "...":
        read.next()
        return elided(read, [low])
    return low


def one_variable(read: Reader) -> t.Variable:
    """Read the name of a variable."""
    token = read.token
    if token.kind != "name" and not read.at("_"):
        read.stop("a variable is expected", "write `for all x`, `∀ i in 0..n: …`")
    read.next()
    return t.Variable(token.text, None, t.Span(token.start, token.end))


def up_to(variable: t.Variable, high: t.Node, reader: Reader) -> t.Variable:
    """Let a variable whose first value is known run up to the last, which stands above the sign."""
    if variable.domain is None:
        reader.stop("the sum has a last value and no first", "write `sum_{i=1}^{n}`")
    domain = t.Range(variable.domain, high, between(variable.domain, high))
    return t.Variable(variable.name, domain, variable.span)
