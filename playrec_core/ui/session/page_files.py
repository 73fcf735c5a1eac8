"""Files of the pages that other pages link to, as `st.page_link` takes them."""

CASE = "pages/library/case.py"
CONTINUE = "pages/explore/continue_.py"
DATA = "pages/library/data.py"
EXPLAIN = "pages/understand/explain.py"
METRICS = "pages/evaluate/metrics.py"
SIMILAR = "pages/explore/similar.py"
WHAT_IF = "pages/understand/what_if.py"
