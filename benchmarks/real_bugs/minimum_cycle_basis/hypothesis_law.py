"""The law of minimum_cycle_basis as a Hypothesis test."""

import networkx as nx
from helpers import graphs
from hypothesis import given


@given(graphs)
def test_law(graph):
    for cycle in nx.minimum_cycle_basis(graph):
        assert all(graph.has_edge(a, b) for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
