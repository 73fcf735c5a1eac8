"""How the figures were made: protocol, tie rule, intervals and the definition of every metric, in words."""

from collections.abc import Sequence
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
    nouns, config = run.nouns, run.config
    counted = {"items": nouns.items, "playlists": nouns.playlists}
    lines = (
        tr("**Questions.** {split}", split=plain(split_in_words(run), 1000)),
        tr(
            "**Answers.** Every model gives each of the {n:,} questions {depth} {items} and {tags} tags out of the "
            "whole catalogue of {catalogue:,}; what the question shows is never answered. Where a model has nothing to "
            "say, tags, title and popularity answer in its place, the same for every model.",
            n=len(run.held_out),
            depth=config.ranking.depth,
            tags=config.ranking.tags,
            catalogue=run.dataset.n_items,
            **counted,
        ),
        tr("**Ties.** {rule}", rule=in_nouns(tr(TIE_RULE), nouns)),
        tr(
            "**Intervals.** The held-out {playlists} are drawn anew, with replacement, {resamples:,} times (seed "
            "{seed}); 95 % of the means so found lie inside. They say how far another set of {playlists} of this kind "
            "would have moved the mean, not how another training would.",
            resamples=config.evaluation.resamples,
            seed=config.seed,
            **counted,
        ),
        tr(
            "**Best.** ★ is ahead of every other model; ≈ marks the best mean and all that cannot be told from it. "
            "Told apart means that the 95 % interval of the paired difference, the same {playlists} for both, leaves "
            "out 0. Each pair is judged on its own: with many models one in twenty differs by chance.",
            **counted,
        ),
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def show_definitions(words: Sequence[MetricWords]) -> None:
    """What each metric tells, its formula and its small print; those of one formula together."""
    ordered = sorted(words, key=lambda word: (word.formula, word.remarks))
    families = [list(family) for _, family in groupby(ordered, key=lambda word: (word.formula, word.remarks))]
    for family in sorted(families, key=lambda family: words.index(family[0])):
        for word in family:
            st.markdown(f"**{plain(word.title)}** ({word.direction}). {plain(word.meaning, 500)}")
        for equation in family[0].formula:
            st.latex(equation)
        st.caption(family[0].remarks)
