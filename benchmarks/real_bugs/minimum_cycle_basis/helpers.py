"""Graphs of a few nodes."""

import networkx as nx
from hypothesis import strategies as st

nodes = st.integers(0, 7)
graphs = st.lists(st.tuples(nodes, nodes).filter(lambda edge: edge[0] != edge[1])).map(nx.Graph)
