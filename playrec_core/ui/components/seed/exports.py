"""Downloads: the seed as CSV, JSON or a contest record, and recommendations as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from playrec_core.data.dataset import Dataset
from playrec_core.schema import ARTIST, ITEM_ID, TITLE, Ranked
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording.items import table


def seed_csv(playlist: OpenPlaylist, dataset: Dataset) -> bytes:
    """The seed's items: item_id, title, artist."""
    return _csv([ITEM_ID, TITLE, ARTIST], _rows(dataset, playlist.seed.songs))


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
    return _csv(["model", "rank", ITEM_ID, TITLE, ARTIST, "score"], rows)


def _rows(dataset: Dataset, items: Sequence[int]) -> list[tuple[object, str, str]]:
    named = table(dataset, items)
    return list(zip(dataset.items.outside(items), named[TITLE], named[ARTIST], strict=True))


def _csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_no_formula(value) for value in row] for row in rows])
    # The byte order mark tells spreadsheets that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _no_formula(value: object) -> object:
    """Text such as ``=HYPERLINK(...)`` behind an apostrophe, so that spreadsheets do not read it as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
