"""Files that are no part of the package's code: ``app.py``, ``pages``, ``configs`` and ``.streamlit``.

They stand at the top of the repository. A wheel contains them in this folder (``pyproject.toml``, "force-include").
"""

from pathlib import Path

_HERE = Path(__file__).parent


def folder() -> Path:
    """Return the folder that contains them: this one where playrec is installed, the repository in a checkout."""
    return _HERE if (_HERE / "app.py").is_file() else _HERE.parents[1]


def train_command() -> str:
    """Return the command that trains, as messages show it."""
    return "playrec train" if folder() == _HERE else "python train.py"


def config(dataset: str) -> Path:
    """Return the configuration of a data set, ``configs/DATASET.toml``."""
    return folder() / "configs" / f"{dataset}.toml"


def sweep_ranges(dataset: str) -> Path:
    """Return the ranges that a sweep of a data set searches, ``configs/sweeps/DATASET.toml``."""
    return folder() / "configs" / "sweeps" / f"{dataset}.toml"
