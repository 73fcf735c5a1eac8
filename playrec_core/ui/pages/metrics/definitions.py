"""How the figures were measured: protocol, tie rule, intervals and the definition of every metric."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.metrics import MetricWords
from playrec_core.ui.wording.run import in_nouns, split_in_words


def show_protocol(run: LoadedRun) -> None:
    """The protocol of every measured figure on the page."""
    nouns, config = asdict(run.nouns), run.config
    lines = (
        tr("**Evaluation.** {split}", split=plain(split_in_words(run), 1000)),
        tr(
            "**Recommendations.** For each of the {n:,} held-out {playlists}, every model recommends {depth} {items} "
            "and {tags} tags from the whole catalogue of {catalogue:,}, without those already shown. Where a model has "
            "no prediction, a fallback by tags, title and popularity fills in, the same for every model.",
            n=len(run.held_out),
            depth=config.ranking.depth,
            tags=config.ranking.tags,
            catalogue=run.dataset.n_items,
            **nouns,
        ),
        tr("**Ties.** {rule}", rule=in_nouns(tr(TIE_RULE), run.nouns)),
        tr(
            "**Intervals.** The held-out {playlists} are resampled with replacement {resamples:,} times (seed {seed}); "
            "the interval contains 95 % of the resampled means. It shows how much the mean would vary with other "
            "{playlists} of this kind, not with another training.",
            resamples=config.evaluation.resamples,
            seed=config.seed,
            **nouns,
        ),
        tr(
            "**Best.** ★ is significantly better than every other model; ≈ marks the best mean and all models not "
            "significantly different from it. Significant means that the 95 % interval of the paired difference, on "
            "the same {playlists}, excludes 0. Each pair is tested on its own: with many models, one in twenty differs "
            "by chance.",
            **nouns,
        ),
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def show_definitions(words: Sequence[MetricWords]) -> None:
    """Meaning, formula and help of each metric; those with the same ones are grouped."""
    ordered = sorted(words, key=lambda word: (word.formula, word.help))
    families = [list(family) for _, family in groupby(ordered, key=lambda word: (word.formula, word.help))]
    for family in sorted(families, key=lambda family: words.index(family[0])):
        for word in family:
            st.markdown(f"**{plain(word.title)}** ({word.direction}). {plain(word.meaning, 500)}")
        st.latex(family[0].formula)
        st.caption(f"{family[0].help} {family[0].source}")
