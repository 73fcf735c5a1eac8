import numpy as np

from playrec_core.schema import Nouns, Ranked, Source
from playrec_core.ui.components.comparison_grid.rows import path_in_words, recommended_by, score_text

MODEL, TAGS, POPULAR = Source.MODEL, Source.TAGS, Source.POPULAR
MOVIES = Nouns("movie", "movies", "viewer", "viewers")


def ranked(items: list[int], sources: list[int]) -> Ranked:
    size = len(items)
    return Ranked(
        np.array(items, np.int32),
        np.ones(size, np.float32),
        np.array(sources, np.int8),
        np.empty(0, np.int32),
        np.empty(0, np.float32),
    )


def test_models_agree_only_on_items_that_they_score():
    found = recommended_by(
        [ranked([5, 6], [MODEL, MODEL]), ranked([6, 7], [MODEL, TAGS]), ranked([7, 6], [TAGS, TAGS])]
    )
    assert found == {5: [0], 6: [0, 1], 7: []}


def test_the_path_is_named_and_where_another_takes_over():
    def words(*sources: int) -> str:
        return path_in_words(np.array(sources, np.int8), MOVIES)

    assert words(MODEL, MODEL) == "Scored by the model"
    assert words(MODEL, POPULAR, POPULAR) == "From the model (1), then the most popular movies (2)"
    assert words(TAGS, TAGS).startswith("No prediction from this model; fallback: movies")
    assert words() == "No movie is left to recommend"


def test_scores_are_short_at_every_scale():
    assert [score_text(score) for score in (812.0, 12345.6, 0.123456, -0.5, 3.2e-05)] == [
        "812",
        "12,346",
        "0.123",
        "-0.5",
        "3.2e-05",
    ]
