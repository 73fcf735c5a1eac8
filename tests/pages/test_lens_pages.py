"""Error analysis, disagreements and protocol sensitivity: the pages show what follows from the stored results."""

import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.evaluation.overlap import rank_biased_overlap
from playrec_core.evaluation.protocol_sensitivity import PROTOCOLS, RELEASED, rank_held_out
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.disagreements.disagreement import DEPTH, POOR
from playrec_core.ui.pages.metrics.error_analysis import facts
from playrec_core.ui.pages.metrics.protocol_sensitivity import N_PLAYLISTS
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import markdown

OpenPage = Callable[..., AppTest]
METRICS, DISAGREEMENTS = "pages/evaluate/metrics.py", "pages/understand/disagreements.py"
MODELS = ("popularity", "als", "ease")


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def listed(app: AppTest) -> list[str]:
    """The ids of the playlists on the screen, in order, as their links to Continue name them."""
    links = [element.proto for element in app.page_link]
    asked = [parse_qs(link.query_string).get("question", [""])[0] for link in links if "Continue" in link.page]
    return [question for question in asked if question]


def ids(run: LoadedRun, rows: np.ndarray) -> list[str]:
    table = run.held_out.table["id"].to_pylist()
    return [table[row] for row in rows[:8]]


def said(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.caption, app.warning, app.error) for element in kind)


def test_the_playlists_with_the_lowest_overlap_come_first(open_page: OpenPage, run: LoadedRun):
    app = open_page(DISAGREEMENTS, models=",".join(MODELS))
    assert not app.exception
    answers = [run.held_out_answers(model)["items"][:, :DEPTH] for model in MODELS]
    mean = np.mean([rank_biased_overlap(one, other) for one, other in combinations(answers, 2)], axis=0)
    shown = listed(app)
    assert len(shown) == 8
    rows = [run.held_out.table["id"].to_pylist().index(one) for one in shown]
    assert mean[rows] == pytest.approx(np.sort(mean)[:8])
    assert f"overlap {mean.min():.2f}" in said(app)


def test_largest_lead_and_all_models_miss(open_page: OpenPage, run: LoadedRun):
    app = open_page(DISAGREEMENTS, models=",".join(MODELS))
    values = np.stack([run.held_out_values(model)["ndcg"] for model in MODELS])
    lead = np.diff(np.sort(values, axis=0)[-2:], axis=0)[0]
    app.segmented_control(key="disagree.find").set_value("wins").run()
    assert not app.exception
    assert f"ahead by {lead.max():.3f}" in said(app)
    assert listed(app)[0] in ids(run, np.flatnonzero(lead == lead.max()))
    app.segmented_control(key="disagree.find").set_value("fail").run()
    assert not app.exception
    best = values.max(axis=0)
    rows = [run.held_out.table["id"].to_pylist().index(one) for one in listed(app)]
    assert best[rows].tolist() == np.sort(best)[: len(rows)].tolist()
    assert f"{(best < POOR).sum():,} playlist" in said(app)


def test_a_playlists_answers_and_why_open_beneath_its_row(open_page: OpenPage, run: LoadedRun):
    app = open_page(DISAGREEMENTS, models=",".join(MODELS))
    row = run.held_out.table["id"].to_pylist().index(listed(app)[0])
    key, toggle = next((str(one.key), one) for one in app.toggle if str(one.key).endswith(f".answers.{row}"))
    toggle.set_value(True).run()
    assert not app.exception
    seed = run.held_out.seeds[row]
    overlaps = {
        pair: rank_biased_overlap(*(run.held_out_answers(name)["items"][[row], :50] for name in pair))[0]
        for pair in combinations(MODELS, 2)
    }
    model = min(overlaps, key=lambda pair: overlaps[pair])[0]
    answered = run.recommend_one(model, seed, k=3)
    item = int(answered.items[2])
    # As a click does it; the lists are drawn in a browser only.
    app.session_state[why_dialog._ASKED] = why_dialog.Asked(model, item, key.replace(".answers.", ".why."))
    app.run()
    assert not app.exception
    assert f"## {markdown(run.dataset, item)}" in said(app)


def test_one_model_alone_cannot_disagree(open_page: OpenPage):
    app = open_page(DISAGREEMENTS, models="als")
    assert "two models or more" in app.info[0].value


def test_the_best_models_cell_is_open_at_first_and_lists_its_worst_playlists(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Error analysis", models=",".join(MODELS))
    assert not app.exception
    app.selectbox(key="open.metric").set_value("recall@10").run()
    main = run.metrics[run.metrics["metric"] == "score"].set_index("model")["mean"]
    best = max(MODELS, key=lambda model: main[model])
    values = run.held_out_values(best)["recall@10"]
    assert f"**{plain(run.model_title(best))}**, Recall" in said(app)
    assert f"n = {np.isfinite(values).sum():,}" in said(app)
    assert listed(app) == ids(run, np.argsort(values, kind="stable"))
    app.segmented_control(key="open.sort").set_value("best first").run()
    assert listed(app) == ids(run, np.argsort(-values, kind="stable"))


@pytest.mark.parametrize("by", ["kind", "length", "popularity", "genre", "decade"])
def test_every_grouping_splits_all_playlists(open_page: OpenPage, run: LoadedRun, by: str):
    app = open_page(METRICS, metrics_tab="Error analysis", models=",".join(MODELS))
    app.selectbox(key="open.by").set_value(by).run()
    assert not app.exception
    sizes = [int(found[1]) for head in app.dataframe[0].value.columns if (found := re.search(r"\((\d+)\)$", head))]
    assert sizes[0] == sum(sizes[1:]) == len(run.held_out)
    small = [head for head in app.dataframe[0].value.columns if head.startswith("⚠")]
    assert bool(small) == any("Sample too small" in warning.value for warning in app.warning)


def test_a_rule_of_ones_own_and_a_hostile_one(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Error analysis", models=",".join(MODELS))
    app.selectbox(key="open.by").set_value("rule").run()
    app.text_input(key="open.rule").set_value("seed_length >= 4 and popularity > 0.5").run()
    assert not app.exception
    known = facts(run)
    n = int(((known["seed_length"] >= 4) & (known["popularity"] > 0.5)).sum())
    assert any(head.endswith(f"matches the rule ({n:,})") for head in app.dataframe[0].value.columns)
    als = app.dataframe[0].value.set_index("Model").loc[run.model_title("als")]
    mask = (known["seed_length"] >= 4) & (known["popularity"] > 0.5)
    assert als.iloc[1] == pytest.approx(np.nanmean(run.held_out_values("als")["score"][mask]))
    app.text_input(key="open.rule").set_value("__import__('os').system('true') == 1").run()
    assert not app.exception
    assert len(app.error) == 1


def test_two_models_and_the_playlists_each_wins(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Two models")
    app.selectbox(key="metrics_model").set_value("als").run()
    app.selectbox(key="metrics_rival").set_value("popularity").run()
    app.selectbox(key="pair.metric").set_value("ndcg").run()
    assert not app.exception
    gains = run.held_out_values("als")["ndcg"] - run.held_out_values("popularity")["ndcg"]
    assert f"wins **{(gains > 0).sum():,}**" in said(app)
    assert listed(app) == ids(run, np.argsort(-gains, kind="stable"))
    app.segmented_control(key="pair.als.popularity").set_value("popularity").run()
    assert listed(app) == ids(run, np.argsort(gains, kind="stable")[: int((gains < 0).sum())])


def means_in(app: AppTest) -> list[str]:
    """The means in the table of protocols, row by row."""
    table = next(element.proto.body for element in app.get("html") if "pessimistic ties" in element.proto.body)
    return re.findall(r"<td[^>]*>(\d\.\d{3})<", table)


def test_protocols_are_computed_once_and_explained(open_page: OpenPage, run: LoadedRun):
    app = open_page(METRICS, metrics_tab="Protocols", models=",".join(MODELS))
    assert not app.exception
    app.button(key="lens.go").click().run()
    assert not app.exception
    for reason in ("100 sampled", "Optimistic ties", "Pessimistic ties", "First half", "Second half"):
        assert f"**{reason}." in said(app)
    assert "ranks that nobody would scroll to" in said(app)
    app.segmented_control(key="lens.metric").set_value("recall").run()
    assert not app.exception
    asked = {name: run.model(name) for name in run.model_names if name in MODELS}
    ranks = rank_held_out(
        asked,
        run.held_out,
        n_items=run.dataset.n_items,
        n_playlists=N_PLAYLISTS,
        n_sampled=100,
        seed=run.config.seed,
    )
    boards = [ranks.leaderboard(protocol, "recall") for protocol in PROTOCOLS]
    assert means_in(app) == [f"{board[model]:.3f}" for model in boards[0] for board in boards]
    assert not [button for button in app.button if button.key == "lens.go"]
    assert "Release-date rule." not in said(app)
    app.toggle(key="lens.release").set_value(True).run()
    assert not app.exception
    assert "**Release-date rule." in said(app)
    ranks = rank_held_out(
        asked,
        run.held_out,
        n_items=run.dataset.n_items,
        n_playlists=N_PLAYLISTS,
        n_sampled=100,
        seed=run.config.seed,
        released=run.dataset.release_months,
    )
    boards.append(ranks.leaderboard(RELEASED, "recall"))
    assert means_in(app) == [f"{board[model]:.3f}" for model in boards[0] for board in boards]
