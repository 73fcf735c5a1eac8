"""The Metrics and Data pages on a small run: they show the stored figures, and clicks change them."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.data.features import song_features
from playrec_core.evaluation.published import PUBLISHED
from playrec_core.models.factorisation.cluster_mf import ClusterMf
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain
from tests.html_tables import tables

OpenPage = Callable[..., AppTest]
METRICS, DATA = "pages/evaluate/metrics.py", "pages/library/data.py"


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.caption, app.text, app.info) for element in kind)


def test_every_model_has_every_stored_metric_with_its_interval(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, models=",".join(run.model_names))
    assert not app.exception
    shown: dict[tuple[str, str], str] = {}
    for table in tables(app):
        if table[0][0] == "Model":
            for row in table[1:]:
                shown |= {(row[0], head.split("  ")[0]): cell for head, cell in zip(table[0][1:], row[1:], strict=True)}
    stored = run.metrics
    for model in run.model_names:
        for title, name in (
            ("Song nDCG", "ndcg"),
            ("Score", "score"),
            ("Clicks", "clicks"),
            ("Coverage@100", "coverage@100"),
        ):
            row = stored[(stored["model"] == model) & (stored["metric"] == name)].iloc[0]
            figures = [float(text) for text in re.findall(r"−?\d+\.?\d*", shown[run.model_title(model), title])]
            assert figures == pytest.approx([row["mean"], row["low"], row["high"]], abs=0.051)
    n_metrics = stored["metric"].nunique()
    assert len({title for _, title in shown if "n =" not in title}) == n_metrics


def test_tables_show_the_models_chosen_and_mark_the_best_of_all(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, models="popularity,als")
    rows = [row[0] for table in tables(app) if table[0][0] == "Model" for row in table[1:]]
    assert set(rows) == {run.model_title("popularity"), run.model_title("als")}
    scores = run.metrics[run.metrics["metric"] == "score"].set_index("model")["mean"]
    best = plain(run.model_title(str(scores.idxmax())))
    assert f"Best by Score: **{best}**" in words(app)


def test_the_figures_name_their_playlists_data_split_and_seed(open_page: OpenPage, run: LoadedRun):
    said = words(open_page(METRICS))
    for fact in (
        f"Evaluated on **{len(run.held_out)}** held-out playlists",
        run.dataset.name,
        "Kakao Arena split",
        str(run.config.seed),
        "50 resamples",
    ):
        assert fact in said
    assert TIE_RULE in said


def test_the_mark_of_the_best_follows_the_paired_bootstrap(open_page: OpenPage, run: LoadedRun):
    table = next(table for table in tables(open_page(METRICS)) if table[0][0] == "Model")
    column = next(place for place, head in enumerate(table[0]) if head.startswith("Song nDCG"))
    means = {row[0]: float(re.findall(r"\d+\.\d+", row[column])[0]) for row in table[1:]}
    marked = {row[0] for row in table[1:] if row[column][0] in "★≈"}
    assert max(means, key=lambda model: means[model]) in marked
    assert run.model_title("popularity") not in marked


def test_a_set_level_metric_is_not_offered_by_segment(open_page: OpenPage):
    """The mean over some playlists is not the coverage of those playlists."""
    assert "Coverage@100" in open_page(METRICS).selectbox(key="metrics_metric").options
    sliced = open_page(METRICS, metrics_tab="By segment")
    assert "Coverage@100" not in sliced.selectbox(key="metrics_slice_metric").options


def test_slices_follow_the_choice(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="By segment")

    def columns() -> list[str]:
        return next(table[0][1:] for table in tables(app) if "n =" in table[0][1])

    kinds = columns()
    assert kinds[0].startswith("songs (n = ")
    n = sum(int(re.findall(r"n = (\d+)", column)[0]) for column in kinds)
    assert n == len(run.held_out)
    app.segmented_control(key="metrics_slices").set_value("seed: ").run()
    assert not app.exception
    lengths = columns()
    assert lengths != kinds
    assert sum(int(re.findall(r"n = (\d+)", column)[0]) for column in lengths) == len(run.held_out)


def test_two_models_show_their_paired_difference(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Two models")
    app.selectbox(key="metrics_model").set_value("als").run()
    app.selectbox(key="metrics_rival").set_value("popularity").run()
    table = next(table for table in tables(app) if table[0][0] == "Metric")
    row = next(row for row in table if row[0].startswith("Song nDCG"))
    gap = np.mean(run.held_out_values("als")["ndcg"] - run.held_out_values("popularity")["ndcg"])
    assert float(row[3].split()[0].replace("−", "-")) == pytest.approx(gap, abs=5e-4)
    assert row[4].strip() == f"{run.model_title('als')} is better"


def test_a_model_is_never_compared_with_itself(open_page: OpenPage):
    app = open_page(METRICS, metrics_tab="Two models")
    app.selectbox(key="metrics_model").set_value("ease").run()
    assert not app.exception
    assert "EASE" not in app.selectbox(key="metrics_rival").options


def test_published_figures_stand_apart_and_are_labelled(open_page: OpenPage):
    app = open_page(METRICS, metrics_tab="Published")
    bodies = [element.proto.body for element in app.get("html")]
    published = [body for body in bodies if "<caption>Published" in body]
    assert len(published) == len(PUBLISHED)
    assert all("Measured here" not in body for body in published)
    assert "other data, other protocol" in words(app)
    assert any("0.1425" in body for body in published)


def test_every_metric_is_defined_with_its_formula(open_page: OpenPage):
    app = open_page(METRICS)
    app.session_state["metrics.meanings"] = True  # the expander is open
    said = words(app.run())
    for title in ("Song nDCG", "Tag nDCG", "Score", "R-precision", "Novelty"):
        assert f"**{title}" in said
    assert any("IDCG" in element.value for element in app.latex)


def test_the_data_page_counts_the_training_part(open_page: OpenPage, run: LoadedRun):
    app = open_page(DATA)
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["playlists"] == f"{run.dataset.n_playlists:,}"
    assert shown["interactions"] == f"{run.dataset.interactions.nnz:,}"
    assert shown["held-out playlists"] == f"{len(run.held_out):,}"


def test_the_most_popular_items_are_the_most_counted(open_page: OpenPage, run: LoadedRun):
    table = next(table for table in tables(open_page(DATA, data_tab="Most popular")) if table[0][:2] == ["#", "song"])
    counts = np.sort(np.bincount(run.dataset.interactions.indices))[::-1][:30]
    assert [int(row[2]) for row in table[1:]] == counts.tolist()


def test_dates_and_what_repaired_them_add_up(open_page: OpenPage, run: LoadedRun):
    table = next(
        table
        for table in tables(open_page(DATA, data_tab="Dates and their repair"))
        if table[0][0].startswith("release date")
    )
    assert sum(int(row[1].replace(",", "")) for row in table[1:]) == run.dataset.n_items
    assert any("same album" in row[0] for row in table[1:]), "the demo's catalogue has dates to repair"


def test_the_csr_lesson_reads_the_row_that_was_picked(open_page: OpenPage):
    app = open_page(DATA, data_tab="Sparse matrix")
    for row in range(3):
        app.segmented_control(key="csr_row").set_value(row).run()
        assert not app.exception
        found = {table[1][0]: table[1][1:] for table in tables(app) if table[0][0] == "index"}
        start, end = int(found["indptr"][row]), int(found["indptr"][row + 1])
        assert f"Row {row} is `indices[{start}:{end}]`" in words(app)
        dense = next(table for table in tables(app) if table[0][0] == "playlist" and table[0][1] == "0")
        assert [str(c) for c, cell in enumerate(dense[row + 1][1:]) if cell != "0"] == found["indices"][start:end]


def test_a_comparison_shows_its_models_and_what_they_differ_by(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Replications")
    assert not app.exception
    drawn = tables(app)
    measured = [table for table in drawn if table[0][-1].startswith("Δ")]
    assert len(measured) == len(run.config.comparisons) > 0
    for table, asked in zip(measured, run.config.comparisons, strict=True):
        here = [model for model in asked.models if model in run.model_names]
        assert [row[0] for row in table[1:]] == [run.model_title(model) for model in here]
        first = run.held_out_values(here[0])
        for model, row in zip(here[1:], table[2:], strict=True):
            gaps = [np.nanmean(run.held_out_values(model)[name] - first[name]) for name in asked.metrics]
            shown = [float(re.findall(r"[+−]?\d+\.?\d*", cell)[0].replace("−", "-")) for cell in row[-3:]]
            assert shown == pytest.approx(gaps, abs=0.051)
        for model in set(asked.models) - set(here):
            assert f"{plain(model)} is not in this run" in words(app)


def test_published_figures_stand_apart_from_measured_ones(open_page: OpenPage):
    app = open_page(METRICS, metrics_tab="Replications")
    published = [table for table in tables(app) if table[0][0] == "System"]
    assert ["0.0410", "0.2072", "0.0659"] in [row[1:] for table in published for row in table]
    assert not any("0.0659" in cell for table in tables(app) if table[0][0] == "Model" for row in table for cell in row)


def test_clusters_of_a_playlist_and_four_rules_to_rate_them(open_page: OpenPage, run: LoadedRun):
    app = open_page(DATA, data_tab="Clusters")
    assert not app.exception
    (table,) = [table for table in tables(app) if "lower quartile" in table[0][4]]
    model = run.model("cluster-mf")
    assert isinstance(model, ClusterMf)
    found = model.coverage(run.dataset)
    assert table[1][1:4] == [f"{found.playlists:,}", f"{found.mean:.1f}", f"{found.most:,}"]
    assert table[1][5] == f"{found.covered[1]:.1%}".replace("%", " %")
    assert table[2][0].startswith("Published")
    assert table[2][2:6] == ["49", "139", "59.4 %", "71 %"]
    assert "under four rating rules" in words(app) + str([each.value for each in app.header])


def test_features_by_name(open_page: OpenPage, run: LoadedRun):
    app = open_page(DATA, data_tab="Features")
    assert not app.exception
    widths, named = tables(app)
    config = run.model("cluster-mf").config.features  # type: ignore[attr-defined] - of this kind
    features = song_features(run.dataset, config)
    assert {row[0].split("  ")[0]: row[1] for row in widths[1:-1]} == {
        kind: f"{width:,}" for kind, width in features.widths.items()
    }
    assert widths[-1][1] == f"{features.matrix.shape[1]:,}"
    app.text_input(key="data.features.text").set_value(run.dataset.catalogue["title"][9].as_py()).run()
    app.button(key="data.features.hit.9").click().run()
    _, named = tables(app)
    expected: dict[str, list[str]] = {}
    for name in features.of(9):
        kind, text = name.split(": ", 1)
        expected.setdefault(kind, []).append(text)
    assert named[1:] == [[kind, ", ".join(texts)] for kind, texts in expected.items()]
