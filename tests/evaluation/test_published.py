"""The published figures: complete, consistent with themselves, and named."""

from pathlib import Path

import pytest

from playrec_core.config import load
from playrec_core.evaluation.contest import contest_score
from playrec_core.evaluation.published import (
    FINAL_RECALL,
    NOTEBOOK,
    PRINTED_RECALL,
    PUBLIC_NDCG,
    PUBLIC_RECALL,
    PUBLISHED,
    SCORE,
    SONG_NDCG,
    TAG_NDCG,
    VALID_NDCG,
    VALID_RECALL,
    reimplemented_by,
)

CONFIGS = Path(__file__).parents[2] / "configs"
RESULTS = [(table, result) for table in PUBLISHED for result in table.results]


@pytest.mark.parametrize(("table", "result"), RESULTS, ids=lambda each: getattr(each, "system", ""))
def test_every_result_has_a_source_a_protocol_and_a_figure(table, result):
    assert result.system
    assert result.figures
    assert set(result.figures) <= set(table.columns)
    assert table.source.title
    assert table.source.kind
    assert len(table.protocol) > 40
    assert table.data


def test_melon_scores_follow_from_their_two_parts():
    """The contest's weighted sum of the printed nDCGs is the printed score, up to rounding: no typing errors."""
    rows = [result.figures for _, result in RESULTS if SCORE in result.figures]
    assert len(rows) == 6
    for figures in rows:
        assert figures[SCORE] == pytest.approx(contest_score(figures[SONG_NDCG], figures[TAG_NDCG]), abs=1.1e-4)


def test_figures_lie_where_such_figures_can():
    for table, result in RESULTS:
        for column, value in result.figures.items():
            assert 0 < value < (10 if column == PRINTED_RECALL else 1), (table.title, result.system)


def test_voting_beats_each_single_model_of_the_same_report():
    single = [
        r.figures[PUBLIC_RECALL] for t, r in RESULTS if PUBLIC_RECALL in r.figures and FINAL_RECALL not in t.columns
    ]
    voted = [r.figures[PUBLIC_RECALL] for t, r in RESULTS if FINAL_RECALL in t.columns]
    assert min(voted) > max(single)


def test_the_validation_figures_rank_the_models_otherwise_than_the_public_part():
    """As the report's own explanation says: the plain autoencoder has the best validation and a poor public figure."""
    rows = [r for _, r in RESULTS if VALID_RECALL in r.figures]
    assert len(rows) == 15
    assert max(rows, key=lambda r: r.figures[VALID_RECALL]).system == "Autoencoder"
    assert max(rows, key=lambda r: r.figures[PUBLIC_RECALL]).system != "Autoencoder"


def test_a_validation_ndcg_is_above_its_recall_and_a_heading_in_doubt_has_a_note():
    for _, result in RESULTS:
        if VALID_NDCG in result.figures:
            assert result.figures[VALID_NDCG] > result.figures[VALID_RECALL]
        assert PUBLIC_NDCG not in result.figures or "slip" in result.note


def test_the_notebooks_table_is_the_notebooks():
    assert NOTEBOOK.data.startswith("MovieLens")
    assert [result.system[:4] for result in NOTEBOOK.results] == ["Jura", "Term", "Alie", "Men ", "One "]


def test_no_system_is_listed_twice_in_a_table():
    for table in PUBLISHED:
        systems = [result.system for result in table.results]
        assert len(systems) == len(set(systems))


def test_the_figures_of_some_models_are_those_of_the_systems_they_reimplement():
    (table,) = reimplemented_by(["cluster-mf", "als", "densified-query"])
    assert [result.figures[SCORE] for result in table.results] == [0.0659, 0.1335]
    assert reimplemented_by(["als"]) == []
    named = [result.model for _, result in RESULTS if result.model]
    configured = {name for file in ("melon", "movie-rec") for name in load(CONFIGS / f"{file}.toml").models}
    assert set(named) <= configured
    assert len(named) == len(set(named))
