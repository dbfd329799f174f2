"""The law of is_chordal as a Hypothesis test."""

import networkx as nx
from helpers import graphs, has_elimination_order
from hypothesis import given


@given(graphs)
def test_law(graph):
    assert nx.is_chordal(graph) == has_elimination_order(graph)
