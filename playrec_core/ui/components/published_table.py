"""A table of published figures."""

import math

import streamlit as st

from playrec_core.evaluation.published import PublishedTable
from playrec_core.i18n import tr
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.figures import figure


def show_published(table: PublishedTable) -> None:
    """Draw one table of published figures with data, protocol and source."""
    body = [
        [
            Cell(tr(result.system), below=tr(result.note) if result.note else ""),
            *(figure(result.figures.get(column, math.nan), table.decimals) for column in table.columns),
        ]
        for result in table.results
    ]
    html_table.show(
        [tr("System"), *map(tr, table.columns)], body, caption=tr("Published · {title}", title=tr(table.title))
    )
    st.caption(tr("**Data.** {data}. **Protocol.** {protocol}", data=tr(table.data), protocol=tr(table.protocol)))
    link = f" [{table.source.url}]({table.source.url})" if table.source.url else ""
    source = tr("**Source.** {title}, {kind}.", title=table.source.title, kind=tr(table.source.kind))
    st.caption(source + link)
