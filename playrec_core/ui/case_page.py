"""A case file as HTML: in the app, and as one page that opens anywhere without network, scripts or models.

Every text is escaped here, whoever wrote it; the page's own policy forbids it to fetch or run anything, should that
ever fail. Colours are the reader's own, so light and dark need nothing further.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from ..case_file import CaseExplanation, CaseFile, CaseItem, CaseModel
from .text import shorten
from .waterfall import number

_SOURCES = {
    "tags": "by the tags",
    "title": "by similar titles",
    "popular": "most popular",
}
_STRONGEST = 5

_STYLE = """<style>
.pr-case h2{font-size:1.25rem;margin:1.5rem 0 .5rem}
.pr-case h3{font-size:1rem;margin:0 0 .25rem}
.pr-case p{margin:.25rem 0 .5rem}
.pr-case small{opacity:.72}
.pr-case .pr-chips span{display:inline-block;padding:.15rem .6rem;margin:0 .35rem .35rem 0;border-radius:1rem;
background:rgba(128,128,128,.15);font-size:.875rem;overflow-wrap:anywhere}
.pr-case .pr-lists{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
.pr-case .pr-list{border:1px solid rgba(128,128,128,.3);border-radius:.5rem;padding:.75rem;min-width:0}
.pr-case ol{margin:.25rem 0 .5rem;padding-left:1.7rem;font-size:.875rem}
.pr-case li{overflow-wrap:anywhere;margin:.15rem 0}
.pr-case summary{cursor:pointer;font-size:.875rem}
.pr-case pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.75rem;background:none;padding:0;margin:.25rem 0}
.pr-case .pr-why{font-size:.8rem;margin:.35rem 0 .6rem}
.pr-case .pr-why div{display:flex;justify-content:space-between;gap:.75rem}
.pr-case .pr-why div>*:first-child{min-width:0;overflow-wrap:anywhere}
</style>"""

_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1.25rem}}</style>
</head><body><main><h1>{heading}</h1>{body}</main></body></html>
"""


def document(case: CaseFile) -> bytes:
    """One self-contained page, UTF-8."""
    heading = f"A saved case: {len(case.models)} models, one seed"
    return _DOCUMENT.format(
        title=_text(f"playrec case of {case.saved}"), heading=_text(heading), body=markup(case)
    ).encode()


def markup(case: CaseFile) -> str:
    """The case as a piece of a page."""
    parts = [
        _STYLE,
        '<div class="pr-case">',
        f"<p>Saved {_text(case.saved)} from run {_text(case.run.id)}, trained on {_text(case.run.data)}. "
        f"First {case.depth} answers of each model.</p>",
        "<h2>The seed</h2>",
        _seed(case),
        "<h2>What each model answers</h2>",
        f"<p><small>Scores are on each model's own scale. {_text(case.run.tie_rule)}</small></p>",
        '<div class="pr-lists">',
        *(_model(model, case.seed.songs) for model in case.models),
        "</div><h2>What made these answers</h2>",
        _provenance(case),
        "</div>",
    ]
    return "".join(parts)


def _seed(case: CaseFile) -> str:
    seed = case.seed
    parts = []
    if seed.title:
        parts.append(f"<p>Title: <bdi>{_text(seed.title)}</bdi></p>")
    for says, texts in (
        (case.run.items_noun.capitalize(), [_label(song) for song in seed.songs]),
        ("Tags", [_text(tag, 60) for tag in seed.tags]),
        ("Never to be answered", [_label(song) for song in seed.banned]),
    ):
        if texts:
            chips = "".join(f"<span><bdi>{text}</bdi></span>" for text in texts)
            parts.append(f'<p><small>{_text(says)}</small></p><p class="pr-chips">{chips}</p>')
    if seed.question:
        parts.append(f"<p><small>Held-out question {_text(seed.question)}</small></p>")
    return "".join(parts) or "<p>Nothing: an empty seed.</p>"


def _model(model: CaseModel, songs: Sequence[CaseItem]) -> str:
    rows = []
    for answer in model.answers:
        path = f" · {_SOURCES[answer.source]}" if answer.source != "model" else ""
        rows.append(f"<li><bdi>{_label(answer)}</bdi> <small>{answer.score:.4g}{path}</small></li>")
    parts = [f'<section class="pr-list"><h3><bdi>{_text(model.title)}</bdi></h3><ol>', *rows, "</ol>"]
    if model.tags:
        parts.append(f"<p><small>Tags: <bdi>{', '.join(_text(tag, 40) for tag in model.tags)}</bdi></small></p>")
    if model.explanations:
        labels = {str(answer.id): _label(answer) for answer in model.answers}
        parts.append("<details><summary>Why the first ones</summary>")
        parts += [_why(said, labels, songs) for said in model.explanations]
        parts.append("</details>")
    return "".join([*parts, "</section>"])


def _why(said: CaseExplanation, labels: Mapping[str, str], songs: Sequence[CaseItem]) -> str:
    """The strongest contributions; as many as there are songs, or else the file was changed by hand and they are not
    ours to name.
    """
    kind = "exact: the parts add up" if said.kind == "exact" else "occlusion: score less the score without it"
    lines = [
        f'<div class="pr-why"><strong><bdi>{labels.get(str(said.item), _text(said.item))}</bdi></strong> '
        f"<small>score {number(said.score, 4)}, {kind}</small>"
    ]
    if len(said.contributions) == len(songs):
        pairs = sorted(zip(said.contributions, songs, strict=True), key=lambda pair: -abs(pair[0]))
        lines += [
            f"<div><bdi>{_label(song)}</bdi><span>{number(value, 4, '+')}</span></div>"
            for value, song in pairs[:_STRONGEST]
        ]
        rest = [value for value, _ in pairs[_STRONGEST:]]
        if rest:
            lines.append(f"<div><small>{len(rest)} others</small><span>{number(sum(rest), 4, '+')}</span></div>")
    if said.baseline:
        lines.append(f"<div><small>without any seed</small><span>{number(said.baseline, 4, '+')}</span></div>")
    return "".join([*lines, "</div>"])


def _provenance(case: CaseFile) -> str:
    run = case.run
    rows = [
        ("Run", run.id),
        ("Trained", f"{run.created}, seed {run.seed}"),
        ("Data fingerprint", run.fingerprint),
        ("Vocabulary hash", run.vocabulary_hash),
        ("Ranking", json.dumps(run.ranking, ensure_ascii=False)),
        ("Versions", ", ".join(f"{name} {version}" for name, version in run.versions.items())),
    ]
    facts = "".join(f"{_text(name)}: {_text(value, 2000)}\n" for name, value in rows)
    models = "".join(
        f"<p><bdi>{_text(model.title)}</bdi> <small>[models.{_text(model.name)}]</small></p>"
        f"<pre>{_text(json.dumps(model.settings, ensure_ascii=False), 5000)}\n"
        + "".join(f"state {_text(name)}: {_text(digest)}\n" for name, digest in model.state_sha256.items())
        + "</pre>"
        for model in case.models
    )
    return f"<pre>{facts}</pre><details><summary>Settings and hashes of every model</summary>{models}</details>"


def _label(item: CaseItem) -> str:
    return _text(f"{item.title} — {item.artist}" if item.artist else item.title)


def _text(value: object, length: int = 300) -> str:
    return escape(shorten(str(value), length))
