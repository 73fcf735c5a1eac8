"""The claims of the MovieLens ALS notebook, checked on another MovieLens.

    python -m benchmarks.als_notebook --data DIR [--seeds 5]

As the notebook (docs/sources/als-notebook.md): ratings of 3 and more are the confidence, five favourites are added as a
user with a count of 5 each, and ALS is trained on all of it with 100 factors, regularisation 0.01 and 15 iterations.
Prints the share of ratings kept, the density, the most popular movies, the scores that the notebook printed beside the
scores here, and how far neighbours, recommendations and explanations agree. Scores and counts are means over trainings
with different initial vectors, with the lowest and the highest.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.script import ROOT, parser, print_head, print_row
from benchmarks.trials import read
from playrec_core.config import load
from playrec_core.data.dataset import Dataset
from playrec_core.evaluation.published import DOT_PRODUCT, NOTEBOOK
from playrec_core.models.factorisation.als import Als
from playrec_core.schema import TITLE, Seed, no_progress
from playrec_core.teaching.als_tutorial import NOTEBOOK_COUNT, TutorialModel, notebook_config, take_subset, with_user

FAVOURITES = (
    "Jurassic Park (1993)",
    "Men in Black (1997)",
    "Terminator 2: Judgment Day (1991)",
    "Terminator, The (1984)",
    "Matrix, The (1999)",
)
MISTYPED = 1
NEIGHBOURS = (
    "Matrix, The (1999)",
    "Jurassic Park (1993)",
    "Total Recall (1990)",
    "Men in Black (1997)",
    "Terminator, The (1984)",
    "Fugitive, The (1993)",
    "Braveheart (1995)",
    "Hunt for Red October, The (1990)",
    "Face/Off (1997)",
    "Aliens (1986)",
    "Alien (1979)",
    "Star Wars: Episode IV - A New Hope (1977)",
)
"""The nearest of Terminator 2 in the notebook, without its duplicate of Men in Black and a film of a few viewers."""
ALIENS, ALADDIN, DEPTH, N_POPULAR = "Aliens (1986)", "Aladdin (1992)", 20, 30


def trained(dataset: Dataset, favourites: Sequence[int], mistaken: int | None, start: int) -> TutorialModel:
    """The notebook's model on all of the data; ``start`` is the seed of the initial vectors."""
    subset = take_subset(dataset, favourites, dataset.n_playlists, dataset.n_items)
    columns = list(subset.columns(favourites))
    n_columns = len(subset.items)
    if mistaken is not None:
        columns[mistaken] = n_columns
        n_columns += 1
    seed = Seed(tuple(columns), weights=(float(NOTEBOOK_COUNT),) * len(columns))
    ratings = with_user(subset.matrix, seed, n_columns)
    model = Als(notebook_config(subset))
    model.fit_ratings(ratings, np.random.default_rng(start), no_progress)
    return TutorialModel(subset, ratings, seed, model)


def place(titles: Sequence[str], title: str) -> int:
    """The item with a title of MovieLens 1M, or -1. Later editions add other names before the year ("(a.k.a. MIB)")."""
    name, year = title[:-7], title[-6:]
    fits = (
        item
        for item, other in enumerate(titles)
        if other == title or (other.startswith(f"{name} (") and other.endswith(year))
    )
    return next(fits, -1)


def described(values: Sequence[float], places: int = 4) -> str:
    """Mean, lowest and highest."""
    return f"{np.mean(values):.{places}f} ({min(values):.{places}f} to {max(values):.{places}f})"


def data(dataset: Dataset, titles: Sequence[str]) -> None:
    """Print what the notebook says of the data."""
    print(*dataset.notes, sep="\n")
    used, stored = int((dataset.item_counts > 0).sum()), dataset.interactions.nnz
    print(
        f"{dataset.n_playlists:,} users, {used:,} movies, {stored:,} ratings: {stored / dataset.n_playlists / used:.2%}"
    )
    print(f"the {N_POPULAR} most popular:", "; ".join(titles[:N_POPULAR]), "\n")


def main() -> None:
    given = parser(__doc__, data=Path, seeds=5).parse_args()
    dataset = read(load(ROOT / "configs" / "movielens.toml"), given.data)
    titles = dataset.catalogue[TITLE].to_pylist()
    data(dataset, titles)
    favourites = [place(titles, title) for title in FAVOURITES]
    # With the duplicate, as in the notebook; and with Men in Black recognised.
    wrong = [trained(dataset, favourites, MISTYPED, start) for start in range(given.seeds)]
    right = [trained(dataset, favourites, None, start) for start in range(given.seeds)]

    print_head("score", "notebook", "here, mistyped as there", "here, recognised")
    for result in NOTEBOOK.results:
        item = place(titles, result.system)
        as_there = dataset.n_items if result.system == FAVOURITES[MISTYPED] else item
        cells = [
            "-" if column < 0 else described([float(one.scores[column]) for one in models])
            for models, column in ((wrong, as_there), (right, item))
        ]
        print_row(result.system, f"{result.figures[DOT_PRODUCT]:.4f}", *cells)

    print()
    terminator, aliens, aladdin = (place(titles, title) for title in (FAVOURITES[2], ALIENS, ALADDIN))
    near = [one.neighbours(terminator, len(NEIGHBOURS))[0] for one in right]
    shared = [len({place(titles, title) for title in NEIGHBOURS} & set(found.tolist())) for found in near]
    print(f"neighbours of {FAVOURITES[2]} that are the notebook's, of {len(NEIGHBOURS)}: {described(shared, 1)}")
    ranks = [one.recommended(len(one.scores)).tolist().index(aliens) + 1 for one in wrong]
    print(f"rank of {ALIENS} among the recommendations (6 there): {described(ranks, 1)}")
    ranks = [one.recommended(len(one.scores)).tolist().index(favourites[MISTYPED]) + 1 for one in wrong]
    print(f"rank of the original {FAVOURITES[MISTYPED]} (1 there): {described(ranks, 1)}")
    for item in (aliens, aladdin):
        found = [one.explain(item) for one in wrong]
        parts = np.mean([one.contributions for one in found], axis=0)
        off = max(abs(float(one.contributions.sum()) - one.score) for one in found)
        named = ", ".join(f"{title} {part:+.4f}" for title, part in zip(FAVOURITES, parts.tolist(), strict=True))
        print(f"{titles[item]}: mean contributions {named}; sum and score differ by {off:.1e} at most")


if __name__ == "__main__":
    main()
