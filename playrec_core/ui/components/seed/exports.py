"""Downloads: the seed as CSV, JSON or a contest record, and recommendations as CSV."""

import json
from collections.abc import Mapping, Sequence

from playrec_core.data.dataset import Dataset
from playrec_core.data.io.spreadsheet import to_csv
from playrec_core.schema import ARTIST, ITEM_ID, TITLE, Ranked
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.items import table


def seed_csv(playlist: OpenPlaylist, dataset: Dataset) -> bytes:
    """The seed's items: item_id, title, artist."""
    return to_csv([ITEM_ID, TITLE, ARTIST], _rows(dataset, playlist.seed.songs))


def seed_json(playlist: OpenPlaylist, dataset: Dataset) -> bytes:
    """The open playlist with names; the page reads it back."""
    songs = [
        {"id": outside, TITLE: title, ARTIST: artist} for outside, title, artist in _rows(dataset, playlist.seed.songs)
    ]
    return _json(
        contest_record(playlist, dataset)
        | {"banned": dataset.items.outside(playlist.banned), "song_names": songs, "data": dataset.name}
    )


def seed_contest(playlist: OpenPlaylist, dataset: Dataset) -> bytes:
    """A query file of the contest, with this query."""
    return _json([contest_record(playlist, dataset)])


def contest_record(playlist: OpenPlaylist, dataset: Dataset) -> dict:
    """``{"id", "songs", "tags", "plylst_title"}`` in outside ids (Kakao Arena's format)."""
    return {
        "id": playlist.question or "seed",
        "songs": dataset.items.outside(playlist.seed.songs),
        "tags": dataset.tags.outside(playlist.seed.tags),
        "plylst_title": playlist.seed.title,
    }


def recommendations_csv(found: Mapping[str, Ranked], dataset: Dataset) -> bytes:
    """Every recommendation shown: model, rank, item_id, title, artist, score."""
    rows = [
        (model, rank, *names, f"{score:.9g}")
        for model, ranked in found.items()
        for rank, (names, score) in enumerate(
            zip(_rows(dataset, ranked.items.tolist()), ranked.scores.tolist(), strict=True), start=1
        )
    ]
    return to_csv(["model", "rank", ITEM_ID, TITLE, ARTIST, "score"], rows)


def _rows(dataset: Dataset, items: Sequence[int]) -> list[tuple[object, str, str]]:
    named = table(dataset, items)
    return list(zip(dataset.items.outside(items), named[TITLE], named[ARTIST], strict=True))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
