"""Read the claims that stand beside functions: in `@pv.claim(…)`, and in blocks of docstrings."""

import ast
from collections.abc import Iterator, Mapping

from pv.annotations.docstring_blocks import Function, blocks
from pv.annotations.model import Claimed
from pv.annotations.module_text import LINE_END, ModuleText, Unclear
from pv.annotations.stated_domains import declared, declared_in, keywords, sets_of
from pv.claims import Fault, called, parse
from pv.contract.text import Text
from pv.proposals.model import Kind, Parameter, Sort
from pv.proposals.source.hints import imports_of, kind_of, parsed, qualified

DECORATOR = "pv.claim"
_SEVERAL = frozenset({"Optional", "Union"})
_STATIC = frozenset({"staticmethod", "classmethod"})


def claimed_functions(tree: ast.Module, text: str, name: str, shown: str) -> Iterator[Claimed]:
    """Yield the functions and methods that have claims; raises Unclear."""
    module = ModuleText(name, text, shown, imports_of(tree, name), LINE_END.split(text))
    reached: set[int] = set()
    for qualname, node in dict(_functions(tree.body, "")).items():
        reached.add(id(node))
        decorators = [*_decorators(node, module)]
        lines = [*blocks(node, module)]
        if decorators or lines:
            yield _claimed(qualname, node, module, decorators, lines)
    for other in ast.walk(tree):
        if isinstance(other, Function | ast.ClassDef) and id(other) not in reached:
            _require_no_claims(other, module)


def _require_no_claims(node: Function | ast.ClassDef, module: ModuleText) -> None:
    """Raise Unclear where what nothing can call by a name has claims."""
    if any(_decorators(node, module)) or any(blocks(node, module)):
        where = module.place(node)
        raise Unclear(
            f"{where.file}:{where.line}: claims are about functions and methods that a name of the "
            f"module leads to, and `{node.name}` is none, or is defined again below; move them"
        )


def defined_names(tree: ast.Module, name: str) -> Mapping[str, str]:
    """Return what the names at the top of a module stand for, as `module:qualname`."""
    imported = {
        key: ":".join(whole.rpartition(".")[::2])
        for key, whole in imports_of(tree, name).items()
        if "." in whole
    }
    own: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=key) | ast.ClassDef(name=key):
                own[key] = f"{name}:{key}"
            case ast.Assign(targets=[ast.Name(id=key)]) | ast.AnnAssign(target=ast.Name(id=key)):
                own[key] = f"{name}:{key}"
    return {**imported, **own}


def _functions(body: list[ast.stmt], within: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield f"{within}{node.name}", node
            case ast.ClassDef():
                yield from _functions(node.body, f"{within}{node.name}.")
            case ast.If() | ast.Try():
                handled = [each for one in getattr(node, "handlers", ()) for each in one.body]
                more = [*node.orelse, *handled, *getattr(node, "finalbody", ())]
                yield from _functions([*more, *node.body], within)


def _decorators(node: Function | ast.ClassDef, module: ModuleText) -> Iterator[ast.Call]:
    for each in node.decorator_list:
        match each:
            case ast.Call(func=ast.Name() | ast.Attribute() as function):
                if qualified(function, module.imports) == DECORATOR:
                    yield each


def _claimed(
    name: str, node: Function, module: ModuleText, calls: list[ast.Call], lines: list[Text]
) -> Claimed:
    given = [*node.args.posonlyargs, *node.args.args]
    kinds = {each.arg: _kind(each.annotation, module) for each in given}
    home = name.rpartition(".")[0]
    if home and given and not _is_static(node):  # the first is an object of the class
        of = Kind(Sort.OBJECT, named=home.rpartition(".")[2], draws=f"{module.name}:{home}")
        kinds[given[0].arg] = kinds[given[0].arg] or of
    stated = [module.text_of(each, "a claim") for call in calls for each in call.args]
    stated += [line for line in lines if declared(line, kinds) is None]
    for claim in stated:
        _require_call(claim, node.name)
    given_sets = [*keywords(calls, module), *declared_in(lines, kinds)]
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return Claimed(
        name=name,
        parameters=(*kinds,),
        hinted={key: Parameter(key, kind) for key, kind in kinds.items() if kind is not None},
        claims=tuple(stated),
        domains=sets_of(name, given_sets, kinds, stated),
        location=module.place(node),
        lines=range(first, (node.end_lineno or node.lineno) + 1),
    )


def _kind(hint: ast.expr | None, module: ModuleText) -> Kind | None:
    """Return what values a hint stands for; None where they are of several types."""
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        hint = parsed(hint.value)
    several = hint is not None and any(
        isinstance(each, ast.BinOp) or ast.unparse(each).rpartition(".")[2] in _SEVERAL
        for each in ast.walk(hint)
    )
    return None if several else kind_of(hint, module.imports)


def _is_static(node: Function) -> bool:
    return any(isinstance(each, ast.Name) and each.id in _STATIC for each in node.decorator_list)


def _require_call(claim: Text, name: str) -> None:
    """Raise Unclear for a claim that is not about the function that it stands at."""
    tree = parse(claim.value)
    if not isinstance(tree, Fault) and name not in called(tree):
        raise Unclear(
            f"{claim.location}: this claim does not call `{name}`, so it says nothing of it; "
            f"write `{name}(…)`"
        )
