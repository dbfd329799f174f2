"""Tables of texts."""

import string

from hypothesis import strategies as st

names = st.text(string.ascii_lowercase, min_size=1)
tables = st.dictionaries(names, st.text())
