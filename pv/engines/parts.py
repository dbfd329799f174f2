"""Take a claim apart into what it says, each with what that presupposes."""

from collections.abc import Iterator

from pv.claims.tree import Binary, Binder, Constant, Node, Where


def parts(node: Node) -> Iterator[tuple[Node, Node | None]]:
    """Yield the conjuncts of a claim, each with what must have held for it to say anything."""
    match node:
        case Binary("and", left, right):
            yield from (*parts(left), *parts(right))
        case Binary("implies", left, right, span):
            for part, more in parts(right):
                premise = left if more is None else Binary("and", left, more, span)
                yield Binary("implies", left, part, span), premise
        case Binder("forall", over, condition, body, span):
            always = Constant(value=True, span=span)
            for part, more in parts(body):
                # What is presupposed may lack the collection that an index runs over.
                told = Binary("and", more or always, Binary("or", part, always, span), span)
                yield (
                    Binder("forall", over, condition, part, span),
                    Binder("exists", over, condition, told, span),
                )
        case Where(body, clauses, span):
            for part, more in parts(body):
                yield Where(part, clauses, span), more and Where(more, clauses, span)
        case _:
            yield node, None
