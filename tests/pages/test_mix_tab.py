"""The Mix tab of Metrics: sliders move the figures, and what they show is the vote's own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.serving import LoadedRun
from playrec_core.ui.mix import first_mix

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html") if "This mix" in element.proto.body)


def figures(html: str) -> list[float]:
    """The figures of the mix itself: the first row's."""
    row = html.split("<tbody>")[1].split("</tr>")[0]
    return [float(value) for value in re.findall(r"<td[^>]*><bdi>([\d.]+)</bdi>", row)]


def test_sliders_move_the_figures(open_page: OpenPage, run: LoadedRun):
    app = open_page("pages/5_Metrics.py", metrics_tab="Mix")
    assert not app.exception
    weights = first_mix(run)[0]
    assert {name: app.slider(key=f"mix.weight.{name}").value for name in weights} == weights
    before = shown(app)
    mean = run.metrics.set_index(["model", "metric"]).loc[("rank-vote", "ndcg"), "mean"]
    assert figures(before)[0] == pytest.approx(mean, abs=0.006)
    first = next(iter(weights))
    app.slider(key=f"mix.weight.{first}").set_value(0.0)
    app.slider(key="mix.depth").set_value(5).run()
    assert not app.exception
    assert shown(app) != before
    rest = {name: weight for name, weight in weights.items() if name != first}
    found = run.mixer(tuple(rest)).values(rest, 5)["novelty@100"].mean()
    assert figures(shown(app))[2] == pytest.approx(found, abs=0.06)
    assert f'"{first}"' not in app.code[0].value


def test_without_voters_it_says_so(open_page: OpenPage):
    app = open_page("pages/5_Metrics.py", metrics_tab="Mix")
    app.multiselect(key="mix.models").set_value([]).run()
    assert not app.exception
    assert any("Nobody votes" in info.value for info in app.info)
