"""Title embeddings: hashed character n-grams, or a local sentence-transformers model.

The built-in encoder needs no download: counts of character n-grams, hashed to a fixed number of columns with random
signs (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009), so that titles with common
words or parts of words are similar. A sentence-transformers model (the Movie Rec team report used BERT,
docs/sources/movie-rec-report.md) captures meaning as well; it is only loaded from a local folder.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from playrec_core.errors import ConfigError

BUILT_IN = "ngrams"
_COLUMNS, _NGRAMS = 512, (3, 5)


def title_vectors(titles: Sequence[str], encoder: str) -> np.ndarray:
    """(n_titles, d) float32 vectors of Euclidean norm 1; zeros for titles without n-grams.

    Args:
        titles: as in the catalogue.
        encoder: `BUILT_IN`, or the folder of a sentence-transformers model.

    Raises:
        ConfigError: the folder does not exist, or sentence-transformers is not installed.
    """
    vectors = _ngrams(titles) if encoder == BUILT_IN else _sentences(titles, Path(encoder))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _ngrams(titles: Sequence[str]) -> np.ndarray:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashed = HashingVectorizer(
        analyzer="char_wb", ngram_range=_NGRAMS, n_features=_COLUMNS, alternate_sign=True, norm=None, dtype=np.float32
    )
    return hashed.transform([title.casefold() for title in titles]).toarray()


def _sentences(titles: Sequence[str], folder: Path) -> np.ndarray:
    if not folder.is_dir():
        raise ConfigError(
            f'encoder = "{folder}": no such folder; give one that contains a sentence-transformers model, '
            f'or "{BUILT_IN}" for the built-in encoder'
        )
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]
    except ImportError:
        raise ConfigError(
            f'encoder = "{folder}" needs a package that is not installed: `pip install sentence-transformers`, '
            f'or use encoder = "{BUILT_IN}"'
        ) from None
    model = SentenceTransformer(str(folder), local_files_only=True)
    return np.asarray(model.encode(list(titles), convert_to_numpy=True, show_progress_bar=False), dtype=np.float32)
