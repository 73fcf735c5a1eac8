"""What a page's HTML tables say."""

import re
from html import unescape

from streamlit.testing.v1 import AppTest


def tables(app: AppTest) -> list[list[list[str]]]:
    """Every HTML table of the page: rows of cells as text, the heading first."""
    found = []
    for element in app.get("html"):
        body = element.proto.body
        for table in re.findall(r"<table>.*?</table>", body, re.DOTALL):
            rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
            cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
            found.append([[unescape(re.sub(r"<[^>]+>", "  ", cell)).strip() for cell in row] for row in cells])
    return found
