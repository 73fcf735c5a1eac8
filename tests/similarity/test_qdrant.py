"""Neighbours from Qdrant equal those computed here; tested with Qdrant's local mode."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.errors import PlayrecError
from playrec_core.schema import no_progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.similarity.neighbour_space import NeighbourSpace, Similarity
from playrec_core.similarity.qdrant import QdrantSpace, connect, upload


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_neighbours_equal_those_computed_here(demo_run: Path, similarity: Similarity):
    run = LoadedRun.open(demo_run)
    client, model = connect(":memory:"), run.model("als")
    vectors = model.item_embeddings()
    assert vectors is not None
    sent = upload(client, run.id, "als", vectors, no_progress)
    assert sent == np.count_nonzero(vectors.any(axis=1))
    there, here = QdrantSpace(client, run.id, "als"), NeighbourSpace(model)
    for item in (0, 7, 150):
        items, likeness = there.search(item, 10, similarity)
        expected, expected_likeness = here.search(item, 10, similarity)
        np.testing.assert_array_equal(items, expected)
        np.testing.assert_allclose(likeness, expected_likeness, rtol=1e-5)


def test_an_item_without_a_vector_has_no_neighbours(demo_run: Path):
    run, client = LoadedRun.open(demo_run), connect(":memory:")
    vectors = np.eye(4, dtype=np.float32)
    vectors[2] = 0
    assert upload(client, run.id, "als", vectors, no_progress) == 3
    space = QdrantSpace(client, run.id, "als")
    assert len(space.search(2, 3)[0]) == 0
    assert 2 not in space.search(0, 3)[0]


def test_a_run_that_was_not_uploaded_is_refused_with_the_command(demo_run: Path):
    with pytest.raises(PlayrecError, match="python -m playrec_core index"):
        QdrantSpace(connect(":memory:"), LoadedRun.open(demo_run).id, "als")


def test_an_unreachable_server_is_named():
    with pytest.raises(PlayrecError, match=r"127\.0\.0\.1:9"):
        connect("http://127.0.0.1:9")
