"""Graphs of a few nodes, and a definition of those that are chordal."""

from itertools import combinations

import networkx as nx
from hypothesis import strategies as st

nodes = st.integers(0, 5)
edges = st.tuples(nodes, nodes).filter(lambda edge: edge[0] != edge[1])
graphs = st.lists(edges).map(nx.Graph)


def has_elimination_order(graph: nx.Graph) -> bool:
    """Return whether nodes whose neighbours are all adjacent can be removed until none is left."""
    left = graph.copy()
    while left:
        simplicial = [
            node
            for node in left
            if all(left.has_edge(*pair) for pair in combinations(left[node], 2))
        ]
        if not simplicial:
            return False
        left.remove_node(simplicial[0])
    return True
