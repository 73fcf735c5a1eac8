"""How the figures were made: protocol, tie rule, intervals and the definition of every metric, in words."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from ..ordering import TIE_RULE
from ..serving import LoadedRun
from .metric_words import MetricWords
from .run_words import in_nouns, split_in_words
from .text import plain


def show_protocol(run: LoadedRun) -> None:
    """The protocol of every measured figure on the page."""
    nouns, config = run.nouns, run.config
    st.markdown(
        f"""
- **Questions.** {plain(split_in_words(run), 1000)}
- **Answers.** Every model gives each of the {len(run.held_out):,} questions {config.ranking.depth} {nouns.items} and
  {config.ranking.tags} tags out of the whole catalogue of {run.dataset.n_items:,}; what the question shows is never
  answered. Where a model has nothing to say, tags, title and popularity answer in its place, the same for every model.
- **Ties.** {in_nouns(TIE_RULE, nouns)}
- **Intervals.** The held-out {nouns.playlists} are drawn anew, with replacement,
  {config.evaluation.resamples:,} times (seed {config.seed}); 95 % of the means so found lie inside. They say how far
  another set of {nouns.playlists} of this kind would have moved the mean, not how another training would.
- **Best.** ★ is ahead of every other model; ≈ marks the best mean and all that cannot be told from it. Told apart means
  that the 95 % interval of the paired difference, the same {nouns.playlists} for both, leaves out 0. Each pair is
  judged on its own: with many models one in twenty differs by chance.
"""
    )


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
