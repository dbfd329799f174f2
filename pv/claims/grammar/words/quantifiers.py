"""Read what a quantifier runs over: symbols, kinds, and things that words name.

`for all x in D`, `for any scalar c`, `forall p valid prob vec`, `for each boosting round m`: the
words before a symbol say what it is. `for all stored pairs` names no symbol: it runs over the
things that are called so, and the variable is `_`.
"""

from collections.abc import Collection

from pv.claims import tree as t
from pv.claims.faults import Fault
from pv.claims.grammar.notation.reductions import EVERY, bound_variables
from pv.claims.grammar.words.sorts import Kind, kind_at, permutation
from pv.claims.precedence import COMPARE, NOT
from pv.claims.text.classify import MACHINE, all_of
from pv.claims.text.cursor import Reader, Stop
from pv.claims.text.noun_phrases import Phrase, is_sign, phrase_at
from pv.claims.text.vocabulary import INPUTS, NOUNS, REASONS, SAME, UNITS

ANONYMOUS = "_"
"""The variable where words name what is quantified over, and no symbol does."""
_VECTORS = frozenset({"vector", "matrix", "tensor", "constant", "vectors", "matrices"})
_PREDICATES = {
    "finite": "is_finite", "bounded": "bounded", "valid": "valid", "normalized": "normalized",
    "normal": "normal", "non-empty": "non_empty", "nonempty": "non_empty",
    "well-formed": "well_formed", "trainable": "trainable", "supported": "supported",
}  # fmt: skip
"""Words before a symbol that leave out values -> the predicate that they stand for."""
_SORTS = {"byte": "byte", "permutation": "permutation"}
_ENDS = frozenset(
    {",", ";", ":", "(", ")", "]", "}", "and", "or", "where", "when", "whenever", "if", "implies",
     "for", "forall", "in", "exists", "iff"}
)  # fmt: skip
_GO_ON = frozenset({"with", "such", "after", "during", "within", "at", "per"})

Found = tuple[list[t.Variable], list[t.Node]]


def quantified(read: Reader) -> t.Node:
    """Read `∀ i, j in D: …` or `exists x: …`; it reaches to the end of the condition."""
    opening = read.next()
    variables, condition = quantified_names(read, prefix=True)
    if not (ends_names(read) or read.at("forall", "exists")):
        read.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
    body = read.condition()
    return t.Binder(opening.text, variables, condition, body, t.Span(opening.start, body.span.end))


def ends_names(read: Reader) -> bool:
    """Take the mark between names and the claim about them; the dot of `config.json` is none."""
    if read.at(".") and read.ahead().start == read.token.end:
        return False
    return read.take(":") or read.take(",") or read.take(".")


def quantified_names(
    read: Reader, used: Collection[str] = (), *, prefix: bool = False
) -> tuple[tuple[t.Variable, ...], t.Node | None]:
    """Read what is quantified over, with the conditions on it.

    `used` are the names in the claim that stands before; with `prefix` the claim comes later, and
    any single word may be a variable.
    """
    variables: list[t.Variable] = []
    conditions: list[t.Node] = []
    while True:
        more, said = _one(read, used, prefix=prefix)
        variables += more
        conditions += said
        if not _another(read):
            break
        read.next()
        if read.at_name(*EVERY):
            read.next()
    variables.sort(key=lambda each: each.domain is None)  # `i, j in D` says it of both
    return tuple(variables), all_of(conditions)


def _another(read: Reader) -> bool:
    """Whether a comma or `and` joins another thing, as in `for all t and all dimensions`."""
    after = read.ahead()
    if not read.at(",", "and") or after.kind != "name":
        return False
    if after.text in EVERY:
        return True
    phrase = phrase_at(read, read.position + 1)
    if phrase is None or not _ends(read, phrase.after):
        return False
    return len(phrase.words) > 1 or not is_sign(phrase.words[0])


def _one(read: Reader, used: Collection[str], *, prefix: bool) -> Found:
    start = read.position
    same = read.token.text in SAME
    read.position += same
    if kind := permutation(read):
        return _of_kind(read, kind, used)
    if kind := kind_at(read):
        if read.token.kind == "name" or _ends(read, read.position):
            return _of_kind(read, kind, used)
        read.position = start
    phrase = phrase_at(read, read.position)
    compared = phrase is not None and read.tokens[phrase.after].text in COMPARE - {"in"}
    if phrase is None or _is_variable(phrase, used, prefix=prefix or compared):
        return _symbols(read)
    if same and _ends(read, phrase.after) and not is_sign(phrase.words[-1]):
        read.position = phrase.after  # `for same fitted model`: whichever it is
        return [t.Variable(phrase.name.name, None, phrase.span)], []
    return _described(read, phrase, used)


def _is_variable(phrase: Phrase, used: Collection[str], *, prefix: bool) -> bool:
    if len(phrase.words) > 1:
        return False
    (word,) = phrase.words
    return is_sign(word) or word in used or prefix


def _symbols(read: Reader) -> Found:
    """Read `i, j in D`, `t >= 1`, `p valid prob vec`."""
    if read.token.kind == "name" and is_sign(read.token.text) and read.ahead().kind == "name":
        at, symbol = read.position, read.next()
        kind = kind_at(read)
        if kind is not None and (_ends(read, read.position) or read.at_name(*_GO_ON)):
            name = t.Variable(symbol.text, None, t.Span(symbol.start, symbol.end))
            return _restricted(read, [name], kind)
        read.position = at
    first: list[t.Variable] = []  # `w1 w2 in workers`: symbols that only spaces keep apart
    while _is_sign(read, 0) and _is_sign(read, 1):
        word = read.next()
        first.append(t.Variable(word.text, None, t.Span(word.start, word.end)))
    variables, condition = bound_variables(read)
    variables = _pair(variables, condition)
    found = [t.Variable(each.name, variables[0].domain, each.span) for each in first]
    return [*found, *variables], [] if condition is None else [condition]


def _pair(variables: tuple[t.Variable, ...], condition: t.Node | None) -> tuple[t.Variable, ...]:
    """Let `S1 != S2` bring in both."""
    match condition:
        case t.Comparison((t.Name(), t.Name(other, span)), ("!=",)) if is_sign(other):
            if all(other != each.name for each in variables):
                return (*variables, t.Variable(other, variables[-1].domain, span))
    return variables


def _is_sign(read: Reader, steps: int) -> bool:
    token = read.ahead(steps)
    return token.kind == "name" and is_sign(token.text)


def _of_kind(read: Reader, kind: Kind, used: Collection[str]) -> Found:
    """Read the symbol behind `positive integer`; without one, what the claim speaks of."""
    if read.token.kind == "name" and read.token.text not in _GO_ON:
        variables, condition = bound_variables(read)
        found, said = _restricted(read, list(variables), kind)
        return found, [*said, *([] if condition is None else [condition])]
    free = [name for name in used if is_sign(name)]
    if len(free) != 1:
        message = "which name of the claim this is said of is not clear"
        raise Stop(Fault(kind.span.start, kind.span.end, message, "name it: `for any integer n`"))
    return _restricted(read, [t.Variable(free[0], None, kind.span)], kind)


def _restricted(read: Reader, variables: list[t.Variable], kind: Kind) -> Found:
    """Let variables be of a kind, and read `with` a further condition on them."""
    conditions = [
        say(t.Name(each.name, each.span), kind.span) for each in variables for say in kind.said
    ]
    if read.at_name("with"):
        read.next()
        conditions.append(read.binary(NOT))
    found = [t.Variable(each.name, each.domain or kind.domain, each.span) for each in variables]
    return found, conditions


def _described(read: Reader, phrase: Phrase, used: Collection[str]) -> Found:
    """Read `boosting round m`, `valid P, Q`, `stored pairs`."""
    words, follows = phrase.words, read.tokens[phrase.after]
    symbol_behind = follows.kind == "name" and follows.text not in _GO_ON
    if symbol_behind and not (is_sign(follows.text) or follows.text in used):
        raise _prose(phrase.span)
    last_is_symbol = len(words) > 1 and (is_sign(words[-1]) or words[-1] in used)
    if symbol_behind or last_is_symbol:
        count = len(words) - (not symbol_behind)
        return _before_symbol(read, words[:count], phrase)
    if not _ends(read, phrase.after) and not (follows.kind == "name" and follows.text in _GO_ON):
        raise _prose(phrase.span)
    read.position = phrase.after
    if words[-1] in INPUTS and len(words) > 1 and words[0] == "finite":
        named = t.Name(words[-1], phrase.span)
        return [t.Variable(words[-1], None, phrase.span)], [
            t.Call("is_finite", (named,), phrase.span)
        ]
    variable = t.Variable(ANONYMOUS, phrase.name, phrase.span)
    return [variable], _placed(read, phrase)


def _before_symbol(read: Reader, words: tuple[str, ...], phrase: Phrase) -> Found:
    """Read the symbol behind some words, and let them say what it is."""
    while read.token.end < phrase.span.end and words:
        predicate, *_ = words
        if predicate not in _PREDICATES:
            break
        words, read.position = words[1:], _behind(read, predicate)
        variables, conditions = _before_symbol(read, words, phrase)
        function = _PREDICATES[predicate]
        said: list[t.Node] = [
            t.Call(function, (t.Name(each.name, each.span),), each.span) for each in variables
        ]
        return variables, [*said, *conditions]
    start = read.token.start
    for word in words:
        read.position = _behind(read, word)
    end = read.before.end
    variables_of, condition = bound_variables(read)
    variables_of = _pair(variables_of, condition)
    conditions = [] if condition is None else [condition]
    if not words or (len(words) == 1 and words[0] in NOUNS | INPUTS | _VECTORS):
        return list(variables_of), conditions
    sort = Phrase(words, t.Span(start, end), 0).name
    if len(words) == 1:
        sort = t.Name(_SORTS.get(words[0], sort.name), sort.span)
    found = [t.Variable(each.name, each.domain or sort, each.span) for each in variables_of]
    if any(each.domain is not None for each in variables_of):
        found = list(variables_of)
    return found, conditions


def _behind(read: Reader, word: str) -> int:
    """Return the position behind a word, whose hyphens are tokens of their own."""
    at, length = read.position, 0
    while length < len(word):
        length += len(read.tokens[at].text)
        at += 1
    return at


def _placed(read: Reader, phrase: Phrase) -> list[t.Node]:
    """Read `in the input` behind `all positions`."""
    if not read.at("in"):
        return []
    at = read.position + 1
    at += read.tokens[at].text in {"the", "a", "an"}
    place = phrase_at(read, at)
    if place is None or not _ends(read, place.after) or place.words[0] in UNITS:
        raise _prose(phrase.span)
    read.position = place.after
    span = t.Span(phrase.span.start, place.span.end)
    return [t.Call("within", (t.Name(ANONYMOUS, phrase.span), place.name), span)]


def both(read: Reader) -> tuple[t.Variable, ...] | None:
    """Read `both train and eval modes`: one variable, and the two that it may be."""
    words = [read.ahead(n) for n in range(5)]
    said = [word.text for word in words]
    if said[0] != "both" or said[2] != "and" or {words[n].kind for n in (1, 3, 4)} != {"name"}:
        return None
    read.position += 5
    first, second = (t.Name(words[n].text, t.Span(words[n].start, words[n].end)) for n in (1, 3))
    span = t.Span(words[1].start, words[3].end)
    noun = words[4].text.removesuffix("s")
    return (t.Variable(noun, t.Set((first, second), span), t.Span(words[4].start, words[4].end)),)


def plural(phrase: Phrase) -> bool:
    """Whether a phrase speaks of all that it names: `unit-variance inputs`, `byte data`."""
    last = phrase.words[-1]
    if last in REASONS or phrase.words[0] in MACHINE:
        return False
    return last == "data" or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def restricts(phrase: Phrase) -> bool:
    """Whether the first word leaves out values, as in `bounded input`, `bias-free projection`."""
    first = phrase.words[0]
    return len(phrase.words) > 1 and (first in _PREDICATES or "-" in first)


def _ends(read: Reader, at: int) -> bool:
    token = read.tokens[at]
    if token.kind in {"end", "newline"} or (token.kind == "odd" and token.text == "—"):
        return True
    return token.kind == "operator" and token.text in _ENDS


def ends_phrase(read: Reader, at: int) -> bool:
    """Whether what stands at a token ends a phrase, and does not go on with it."""
    return _ends(read, at) or (read.tokens[at].kind == "name" and read.tokens[at].text in _GO_ON)


def _prose(span: t.Span) -> Stop:
    remedy = "name a variable of the claim"
    return Stop(Fault(span.start, span.end, "this qualifier is prose", remedy))
