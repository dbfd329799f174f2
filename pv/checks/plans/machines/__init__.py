"""Plan state machines: what their texts mean, and what drives objects."""
