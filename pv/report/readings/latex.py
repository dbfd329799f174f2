"""A claim as LaTeX, for documents; plain `amsmath`."""

import re
import unicodedata

from pv.claims import tree as t
from pv.claims.precedence import BINARY, COMPARISON, NOT, POSTFIX, SIGN
from pv.claims.rendering import render

_ATOM = 1000
_COMMANDS = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _COMMANDS.split(), strict=True))
_GREEK |= {"⊥": "bot"}
_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0305": "bar"}
_LETTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*")
_SETS = {"ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}"}
_OPERATORS = {
    "*": r"\cdot", "·": r"\cdot", "%": r"\bmod", "@": "", "∘": r"\circ", "∪": r"\cup",
    "∩": r"\cap", "\\": r"\setminus", "and": r"\land", "or": r"\lor", "xor": r"\oplus",
    "implies": r"\Rightarrow", "iff": r"\Leftrightarrow", "->": r"\to", "//": r"\div",
}  # fmt: skip
_RELATIONS = {
    "!=": r"\neq", "<=": r"\leq", ">=": r"\geq", "≈": r"\approx", "in": r"\in",
    "not in": r"\notin", "<<": r"\ll", "⊆": r"\subseteq", "proportional_to": r"\propto",
    "~": r"\sim",
}  # fmt: skip
_NAMED = {
    "exp", "log", "ln", "sin", "cos", "tan", "tanh", "arcsin", "arccos", "arctan", "min",
    "max", "det",
}  # fmt: skip
_BINDERS = {
    "sum": r"\sum", "prod": r"\prod", "forall": r"\forall", "exists": r"\exists", "max": r"\max",
    "min": r"\min", "argmax": r"\operatorname*{arg\,max}", "argmin": r"\operatorname*{arg\,min}",
    "mean": r"\operatorname*{mean}",
}  # fmt: skip
_IN_TEXT = {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "\n": r"\ ",
}  # fmt: skip
_OF_TYPES = frozenset("<&[@")
_SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "$": r"\$"}


def latex(node: t.Node) -> str:
    """Write a tree in LaTeX's mathematics, without the dollar signs."""
    return _text(node)[0]


def _text(node: t.Node) -> tuple[str, int]:
    match node:
        case t.Number(value=value):
            return _number(value), SIGN if value < 0 or "e" in repr(value) else _ATOM
        case t.String(value=value):
            return rf"\text{{``{_quoted(value)}''}}", _ATOM
        case t.Constant():
            return rf"\mathrm{{{render(node)}}}", _ATOM
        case t.Name(name=name):
            return _name(name), _ATOM
        case t.Member(record=record, key=key):
            return rf"{_within(record, POSTFIX)}.\mathrm{{{_escaped(key)}}}", POSTFIX
        case t.Index(collection=collection, indices=indices):
            return f"{_based(_within(collection, POSTFIX))}_{{{_list(indices)}}}", POSTFIX
        case t.Slice(low=low, high=high):
            return f"{'' if low is None else latex(low)}:{'' if high is None else latex(high)}", 0
        case t.Call():
            return _call(node), _ATOM
        case t.Unary():
            return _unary(node)
        case t.Binary():
            return _binary(node)
        case t.Comparison(operands=operands, operators=operators):
            parts = [_within(operands[0], COMPARISON + 1)]
            for word, operand in zip(operators, operands[1:], strict=True):
                parts += [_RELATIONS.get(word, word), _within(operand, COMPARISON + 1)]
            return " ".join(parts), COMPARISON
        case t.Conditional():
            return _cases(node), _ATOM
        case t.Range(low=low, high=high):
            return rf"\{{{latex(low)}, \dots, {latex(high)}\}}", _ATOM
        case t.Interval(low=low, high=high, open_low=open_low, open_high=open_high):
            first, last = "(" if open_low else "[", ")" if open_high else "]"
            return f"{first}{latex(low)}, {latex(high)}{last}", _ATOM
        case t.Tuple(items=items):
            return f"({_list(items)})", _ATOM
        case t.Set(items=items):
            return (rf"\{{{_list(items)}\}}" if items else r"\emptyset"), _ATOM
        case t.Binder():
            return _binder(node)
        case t.Where(body=body, clauses=clauses):
            return rf"{latex(body)} \quad\text{{where }} {_list(clauses)}", -1


def _number(value: float) -> str:
    text = repr(value)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return text


def _name(name: str) -> str:
    """Write a name: σ as its command, `x_i` with a subscript, a long word upright."""
    for letter, command in _SETS.items():
        if name.startswith(letter):
            bound = name[1:].replace("_", "").replace(">=", r"\geq ")
            return f"{command}_{{{bound}}}" if bound else command
    if name == "inf":
        return r"\infty"
    if name == "_":
        return r"\_"
    if set(name) & _OF_TYPES:  # `Vec<f32>`
        return rf"\texttt{{{_escaped(name)}}}"
    base, mark, subscript = name.partition("_")
    if min(len(base), len(subscript)) > 1 and name.isascii():  # an identifier, such as steps_run
        return rf"\mathrm{{{_escaped(name)}}}"
    primes = "'" * base.count("'")
    star = "^{*}" if base.endswith("*") else ""
    head = _word(base.rstrip("'*"))
    tail = f"_{{{_word(subscript.rstrip(chr(39)))}}}" if mark else ""
    return f"{head}{primes}{tail}{star}"


def _word(word: str) -> str:
    letters = [_letter(each) for each in _LETTER.findall(unicodedata.normalize("NFD", word))]
    if len(letters) <= 1 or word.isdigit() or not word.isascii():
        return " ".join(letters)
    return rf"\mathrm{{{_escaped(word)}}}"


def _letter(text: str) -> str:
    """Write one letter: α as its command, ŷ with its accent."""
    plain = rf"\{_GREEK[text[0]]}" if text[0] in _GREEK else _escaped(text[0])
    for mark in text[1:]:
        plain = rf"\{_ACCENTS.get(mark, 'hat')}{{{plain}}}"
    return plain


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(each, each) for each in text).replace("^", r"\hat{}")


def _quoted(text: str) -> str:
    """Write a text as it is; some characters have a command of their own there."""
    return "".join(_IN_TEXT.get(each) or _SPECIAL.get(each, each) for each in text)


def _call(node: t.Call) -> str:
    match node:
        case t.Call("sqrt", (inner,)):
            return rf"\sqrt{{{latex(inner)}}}"
        case t.Call("‖", (inner, *order)):
            behind = f"_{{{_list(tuple(order))}}}" if order else ""
            return rf"\lVert {latex(inner)} \rVert{behind}"
        case t.Call("floor", (inner,)):
            return rf"\lfloor {latex(inner)} \rfloor"
        case t.Call("ceil", (inner,)):
            return rf"\lceil {latex(inner)} \rceil"
        case t.Call("dot", (first, second)):
            return rf"\langle {latex(first)}, {latex(second)} \rangle"
        case t.Call("given", (event, condition)):
            return rf"{latex(event)} \mid {latex(condition)}"
        case t.Call("expectation", arguments):
            return rf"\mathbb{{E}}[{_list(arguments)}]"
    name = node.function
    if name.endswith("^{-1}"):
        head = f"{_name(name.removesuffix('^{-1}'))}^{{-1}}"
    else:
        head = rf"\{name}" if name in _NAMED else _name(name)
    return rf"{head}\left({_list(node.arguments)}\right)"


def _unary(node: t.Unary) -> tuple[str, int]:
    match node.operator:
        case "abs":
            return rf"\lvert {latex(node.operand)} \rvert", _ATOM
        case "not":
            return rf"\lnot {_within(node.operand, NOT)}", NOT
        case "transpose":
            return f"{_based(_within(node.operand, POSTFIX))}^{{\\top}}", POSTFIX
    return f"-{_within(node.operand, SIGN)}", SIGN


def _binary(node: t.Binary) -> tuple[str, int]:
    word = node.operator
    if word == "/":
        return rf"\frac{{{latex(node.left)}}}{{{latex(node.right)}}}", _ATOM
    power, side = BINARY[word]
    if word == "^":
        sizes = node.right
        exponent = (
            r" \times ".join(map(latex, sizes.items))
            if isinstance(sizes, t.Tuple)
            else latex(sizes)
        )
        return f"{_based(_within(node.left, _ATOM))}^{{{exponent}}}", power
    left = _within(node.left, power + (side == "right"))
    right = _within(node.right, power + (side == "left"))
    return f"{left} {_OPERATORS.get(word, word)} {right}".replace("  ", " "), power


def _cases(node: t.Conditional) -> str:
    rows = []
    rest: t.Node = node
    while isinstance(rest, t.Conditional):
        rows.append(rf"{latex(rest.then)} & \text{{if }} {latex(rest.condition)}")
        rest = rest.otherwise
    rows.append(rf"{latex(rest)} & \text{{otherwise}}")
    return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}"


def _binder(node: t.Binder) -> tuple[str, int]:
    over = ", ".join(map(_variable, node.variables))
    if node.kind == "list":
        said = f", {latex(node.condition)}" if node.condition else ""
        return rf"\left({latex(node.body)}\right)_{{{over}{said}}}", _ATOM
    if node.kind == "set" and not isinstance(node.body, t.Name):
        said = f", {latex(node.condition)}" if node.condition else ""
        return rf"\{{{latex(node.body)} : {over}{said}\}}", _ATOM
    if node.kind == "set":
        return rf"\{{{over} : {latex(node.condition) if node.condition else ''}\}}", _ATOM
    if node.kind in {"forall", "exists"}:
        condition = f", {latex(node.condition)}" if node.condition is not None else ""
        return rf"{_BINDERS[node.kind]} {over}{condition} : {latex(node.body)}", 0
    sign = _BINDERS[node.kind]
    match node.variables:
        case (t.Variable(name, t.Range(low, high)),) if node.condition is None:
            bound = f"_{{{_name(name)}={latex(low)}}}^{{{latex(high)}}}"
        case ():
            bound = ""
        case _:
            condition = f", {latex(node.condition)}" if node.condition is not None else ""
            bound = f"_{{{over}{condition}}}"
    return f"{sign}{bound} {_within(node.body, BINARY['*'][0])}", SIGN


def _variable(variable: t.Variable) -> str:
    if variable.domain is None:
        return _name(variable.name)
    return rf"{_name(variable.name)} \in {latex(variable.domain)}"


def _within(node: t.Node, floor: int) -> str:
    text, power = _text(node)
    return text if power >= floor else rf"\left({text}\right)"


def _based(text: str) -> str:
    """Group what has a subscript or superscript of its own: it cannot have two."""
    return f"{{{text}}}" if "_" in text or "^" in text or "'" in text else text


def _list(items: tuple[t.Node, ...]) -> str:
    return ", ".join(map(latex, items))
