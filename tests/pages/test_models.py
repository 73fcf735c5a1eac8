"""The Models page: an overview of the models of a run, and a card of each, against manifest and configuration."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.evaluation.published import reimplemented_by
from playrec_core.models import registry
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.model_card import dialog
from playrec_core.ui.components.model_card.costs import Costs, costs
from playrec_core.ui.components.model_card.inputs import reads, recommends
from playrec_core.ui.pages.models import overview
from tests.html_tables import tables

OpenPage = Callable[..., AppTest]
MODELS, CONTINUE, EXPLAIN = "pages/understand/models.py", "pages/explore/continue_.py", "pages/understand/explain.py"


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def table(app: AppTest, first: str) -> list[list[str]]:
    """The table whose first heading this is, without its headings."""
    return next(rows[1:] for rows in tables(app) if rows[0][0] == first)


def said(app: AppTest) -> str:
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.latex)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_the_overview_lists_every_model_once_under_its_family(run: LoadedRun):
    found = overview.groups(run, list(run.families()), overview.FAMILY)
    assert [[row.name for row in group.rows] for group in found] == [list(names) for names in run.families().values()]
    assert sorted(row.name for group in found for row in group.rows) == sorted(run.model_names)


def test_the_overview_is_sorted_by_the_main_metric(run: LoadedRun):
    (group,) = overview.groups(run, list(run.families()), overview.METRIC)
    scores = run.metrics[run.metrics["metric"] == "score"].set_index("model")["mean"]
    means = [scores[row.name] for row in group.rows]
    assert means == sorted(means, reverse=True)
    assert len(means) == len(run.model_names)


def test_the_overview_is_sorted_by_size_within_one_family(run: LoadedRun):
    (group,) = overview.groups(run, ["linear"], overview.SIZE)
    files = {row.name: run.run.path / f"model-{row.name}" / "state.safetensors" for row in group.rows}
    sizes = [file.stat().st_size for file in files.values()]
    assert set(files) == set(run.families()["linear"])
    assert sizes == sorted(sizes)


def test_costs_are_those_of_the_manifest(run: LoadedRun):
    folder, timings = run.run.path / "model-als", run.run.manifest.timings
    size = sum(file.stat().st_size for file in folder.iterdir())
    assert costs(run, "als") == Costs(size, timings["model-als"], timings["answers-als"] / len(run.held_out.seeds))


def test_an_ensemble_reads_what_its_members_read(run: LoadedRun):
    kinds = {name: registry.kind_of(name, run.config.models[name]) for name in run.model_names}
    assert "genres" not in kinds["score-blend"].reads
    assert reads(run, "two-stage") >= kinds["fields-knn"].reads | kinds["als"].reads
    assert reads(run, "densified-query") >= {"songs", "genres"}
    assert recommends(run, "score-blend") == {"songs", "tags"}  # fields-knn, a member, scores tags
    assert recommends(run, "rank-vote") == {"songs"}


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_kind_of_model_has_a_card(kind: str, open_page: OpenPage, run: LoadedRun):
    name = next(one for one in run.model_names if registry.kind_of(one, run.config.models[one]).kind == kind)
    card = registry.kinds()[kind].card
    assert card is not None
    app = open_page(MODELS, model=name)
    assert not app.exception
    assert app.header[0].value.startswith(registry.title_of(name, run.config.models)[:3])
    assert app.latex[0].value.strip("$\n") == card.equation
    assert all(one.url in said(app) for one in card.references)
    settings = {row[0]: row[1] for row in table(app, "Setting")} if "Setting" in str(tables(app)) else {}
    assert {setting.split(".")[0] for setting in settings} >= set(run.config.models[name]) - {"kind"}


def test_settings_other_than_the_published_ones_are_marked(open_page: OpenPage):
    app = open_page(MODELS, model="densified-query")
    rows = {row[0]: row[1:] for row in table(app, "Setting")}
    assert rows["most"] == ["3", "3"]
    assert rows["weight"] == ["0.1", "≠ 1"]
    assert rows["content"] == ["content-autoencoder", "–"]
    assert "1 of 3 published settings differ" in said(app)


def test_metrics_have_their_rank_and_the_best_model(open_page: OpenPage, run: LoadedRun):
    ndcg = run.metrics[run.metrics["metric"] == "ndcg"].set_index("model")["mean"]
    row = next(row for row in table(open_page(MODELS, model="als"), "Metric") if row[0].startswith("Song nDCG"))
    assert row[1].startswith(f"{ndcg['als']:.3f}"[:4])
    assert row[2] == f"{(ndcg > ndcg['als']).sum() + 1} of {len(ndcg)}"
    assert row[3].startswith(run.model_title(str(ndcg.idxmax())))


def test_published_figures_stand_below_their_warning(open_page: OpenPage):
    app = open_page(MODELS, model="densified-query")
    (published,) = reimplemented_by(["densified-query"])
    assert [row[0] for row in table(app, "System")] == [published.results[0].system]
    assert "not comparable" in said(app)
    assert not [rows for rows in tables(open_page(MODELS, model="ease")) if rows[0][0] == "System"]


def test_an_unknown_model_in_the_address_is_the_overview(open_page: OpenPage):
    app = open_page(MODELS, model="<b>magic</b>")
    assert not app.exception
    assert not app.header
    assert "model" not in app.query_params


def test_the_choice_is_in_the_address_and_leads_back(open_page: OpenPage):
    app = open_page(MODELS, model="ease")
    app.selectbox(key="models.choice").set_value("als").run()
    assert app.query_params["model"] in ("als", ["als"])
    assert app.header[0].value == "ALS"
    app.button(key="models.all").click().run()
    assert not app.header
    assert "model" not in app.query_params


def test_a_model_on_explain_links_to_its_card(open_page: OpenPage):
    link = next(link for link in open_page(EXPLAIN, model="ease").page_link if link.proto.page.endswith("Models"))
    assert "model=ease" in link.proto.query_string


def test_asking_about_a_model_on_continue_opens_its_description_once(open_page: OpenPage):
    app = open_page(CONTINUE, models="ease")
    assert not app.latex
    app.session_state[dialog._ASKED] = "ease"  # as a click does it; the grid is drawn in a browser only
    app.run()
    assert not app.exception
    card = registry.kinds()["ease"].card
    assert card is not None
    assert app.latex[0].value.strip("$\n") == card.equation
    app.run()
    assert not app.latex


def test_a_model_that_the_run_lacks_opens_nothing(open_page: OpenPage):
    app = open_page(CONTINUE, models="ease")
    app.session_state[dialog._ASKED] = "magic"
    app.run()
    assert not app.exception
    assert not app.latex
