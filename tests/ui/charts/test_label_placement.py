"""Names beside dots: free where there is room, and never two in one place."""

import numpy as np

from playrec_core.ui.charts.label_placement import beside


def test_a_dot_alone_has_its_name_above():
    assert beside([0.3], [0.2], ["ALS"], width=900, height=300) == ["top center"]
    assert beside([], [], [], width=900, height=300) == []


def test_two_dots_of_one_place_have_their_names_on_two_sides():
    one, other = beside([0.5, 0.5], [0.5, 0.5], ["ALS", "EASE"], width=900, height=300)
    assert one != other


def test_a_name_does_not_cover_the_dot_above():
    # The second dot stands 18 pixels above the first: right where the first one's name would begin.
    below, *_ = beside([0.5, 0.5, 0.0], [0.0, 0.06, 1.0], ["ALS", "EASE", "far"], width=900, height=300)
    assert below != "top center"


def test_the_order_of_the_dots_alone_decides():
    rng = np.random.default_rng(1)
    x, y = rng.random(12).tolist(), rng.random(12).tolist()
    names = [f"model {place}" for place in range(12)]
    assert beside(x, y, names, width=900, height=300) == beside(x, y, names, width=900, height=300)


def test_wide_letters_need_more_room():
    # 60 pixels apart on one line, between dots above and below: five Latin letters fit there, five syllables do not.
    x, y = [0.0, 0.1, 0.0, 0.0, 1.0], [0.5, 0.5, 0.56, 0.44, 1.0]
    latin = beside(x, y, ["abcde", "", "", "", ""], width=600, height=300)[0]
    korean = beside(x, y, ["가나다라마", "", "", "", ""], width=600, height=300)[0]
    assert latin == "middle right"
    assert korean != "middle right"
