import numpy as np

from playrec_core.store.files import open_arrays, save_arrays
from playrec_core.text_index.title_index import TitleIndex

TITLES = ["비 오는 밤 드라이브", "Late Night R&B", "운동할 때", "", "밤 드라이브 음악", "late night drive"]


def nearest(index: TitleIndex, title: str, k: int = 3) -> list[int]:
    found = index.search([title], k)
    return found.indices[np.argsort(-found.data, kind="stable")].tolist()


def test_similar_titles_are_found_across_particles_and_case():
    index = TitleIndex.build(TITLES, (2, 3))
    assert set(nearest(index, "드라이브하는 밤", 2)) == {0, 4}
    assert set(nearest(index, "LATE NIGHT", 2)) == {1, 5}


def test_an_equal_title_has_cosine_one_and_an_empty_one_finds_nothing():
    index = TitleIndex.build(TITLES, (2, 3))
    found = index.search(["운동할 때", "", "zzzz qqqq"], 3)
    assert found.toarray()[0, 2] == np.float32(1) or abs(found.toarray()[0, 2] - 1) < 1e-6
    assert found[1:].nnz == 0


def test_a_restored_index_finds_the_same(tmp_path):
    index = TitleIndex.build(TITLES, (2, 3))
    save_arrays(tmp_path / "titles.safetensors", index.state())
    opened = TitleIndex.from_state(open_arrays(tmp_path / "titles.safetensors"))
    np.testing.assert_array_equal(index.search(["밤 음악"], 4).toarray(), opened.search(["밤 음악"], 4).toarray())
