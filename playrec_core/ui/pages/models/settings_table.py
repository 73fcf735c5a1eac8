"""The settings of one model beside those that its sources give, with differences marked."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.models.card import ComparedSetting, Value, compare
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell

DIFFERS = "≠ "
"""Before a published value that is not the one here; colour alone would not do."""


def settings_table(run: LoadedRun, model: str) -> None:
    """Draw every setting of a model; those that a source gives come first."""
    fitted = registry.create(model, run.config.models[model])
    published = fitted.card.published if fitted.card else ()
    compared = compare(fitted.config, published)
    if not compared:
        st.caption(tr("This model has no settings."))
        return
    given = [one for one in compared if any(value is not None for value in one.published)]
    rows = [_row(one) for one in (*given, *(one for one in compared if one not in given))]
    head = [tr("Setting"), tr("This run"), *(tr(one.source) for one in published)]
    html_table.show(head, rows, narrow=True)
    if not published:
        st.caption(tr("The sources give no settings, or choose them by data set."))
        return
    differing = sum(any(one.differs) for one in compared)
    st.caption(
        tr(
            "{differing} of {given} published settings differ here, marked ≠. A dash: the source gives no value, or "
            "this model has no such setting.",
            differing=differing,
            given=len(given),
        )
    )


def _row(setting: ComparedSetting) -> list[str | Cell]:
    own = Cell(value_text(setting.here))
    marked = [
        Cell(DIFFERS + value_text(value), mark="chosen") if differs else Cell(value_text(value))
        for value, differs in zip(setting.published, setting.differs, strict=True)
    ]
    return [setting.name, own, *marked]


def value_text(value: Value) -> str:
    """A setting, much as a configuration file has it."""
    match value:
        case None:
            return "–"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(value_text, value)) or tr("none")
        case float():
            return f"{value:g}"
    return str(value)
