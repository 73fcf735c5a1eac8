"""Models are told apart by colour, also by who sees fewer colours.

The three kinds of colour blindness are simulated by the matrices of Machado, Oliveira & Fernandes, "A Physiologically-
based Model for Simulation of Color Vision Deficiency", 2009 (severity 1.0, on linear RGB); two colours differ by their
distance in CIE L*a*b* (CIE76, of which about 2.3 is just noticeable).
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import PALETTE, assigned, model_colours

EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])  # D65


def linear(colour: str) -> np.ndarray:
    """(3,) linear sRGB of "#rrggbb"."""
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """(3,) L*, a*, b* of linear sRGB."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_lab_is_that_of_the_standard():
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


@pytest.mark.parametrize("eyes", EYES)
def test_the_first_ten_colours_differ_to_all_eyes(eyes: str):
    seen = [lab(np.array(EYES[eyes]) @ linear(colour)) for colour in PALETTE]
    closest = min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))
    assert len(seen) == 10
    assert closest >= 16  # of Okabe & Ito's own: 16.1


def test_no_two_models_share_a_colour_and_those_shown_first_have_the_first_ten():
    names = tuple(f"model {place}" for place in range(90))
    first = names[3::9]
    colours = assigned(names, first)
    assert [colours[name] for name in first] == list(PALETTE)
    assert len(set(colours.values())) == len(names)
    # A mix saved later, at the end of the list, leaves all others their colours.
    with_a_mix = assigned((*names, "a mix"), first)
    assert all(with_a_mix[name] == colours[name] for name in names)


def test_a_run_gives_the_first_colours_to_the_models_it_shows_first(demo_run: Path):
    run = LoadedRun.open(demo_run)
    colours = model_colours(run)
    assert set(colours) == set(run.model_names)
    shown = [colours[name] for name in run.first_shown]
    assert shown == list(PALETTE[: len(shown)])
