"""A case file as HTML: in the app, and as a self-contained page without network, scripts or models.

All text is escaped here; as a second line of defence, the page's content security policy forbids it to fetch or run
anything. It uses the reader's colour scheme, and the language of the session that shows or saves it.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from playrec_core.data.terms import Terms
from playrec_core.i18n import current, mark, tr, trn
from playrec_core.schema import TAGS
from playrec_core.serving.case_file import CaseExplanation, CaseFile, CaseItem, CaseModel
from playrec_core.ui.components.why.waterfall import number
from playrec_core.ui.wording.escape import shorten

_SOURCES = {
    "tags": mark("by the tags"),
    "title": mark("by similar titles"),
    "popular": mark("most popular"),
}
_SCALE = mark("Scores of different models are not comparable.")
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
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1.25rem}}</style>
</head><body><main><h1>{heading}</h1>{body}</main></body></html>
"""


def document(case: CaseFile, terms: Terms) -> bytes:
    """Return a self-contained page, UTF-8; tags have the names of `terms`."""
    heading = trn("A saved case: {n} model, one seed", "A saved case: {n} models, one seed", len(case.models))
    return _DOCUMENT.format(
        language=current(),
        title=_text(tr("playrec case of {saved}", saved=case.saved)),
        heading=_text(heading),
        body=markup(case, terms),
    ).encode()


def markup(case: CaseFile, terms: Terms) -> str:
    """Return the case as an HTML fragment; tags have the names of `terms`."""

    def named(tags: Sequence[str]) -> list[str]:
        return [terms.name(TAGS, tag, current()) for tag in tags]

    origin = tr(
        "Saved {saved} from run {run}, trained on {data}. Top {depth} of each model.",
        saved=case.saved,
        run=case.run.id,
        data=case.run.data,
        depth=case.depth,
    )
    parts = [
        _STYLE,
        '<div class="pr-case">',
        f"<p>{_text(origin, 2000)}</p>",
        _heading(tr("The seed")),
        _seed(case, named(case.seed.tags)),
        _heading(tr("Recommendations by model")),
        _small(f"{tr(_SCALE)} {_translated(case.run.tie_rule)}"),
        '<div class="pr-lists">',
        *(_model(model, named(model.tags), case.seed.songs) for model in case.models),
        "</div>",
        _heading(tr("Provenance")),
        _provenance(case),
        "</div>",
    ]
    return "".join(parts)


def _seed(case: CaseFile, tags: Sequence[str]) -> str:
    seed = case.seed
    parts = []
    if seed.title:
        title = _text(tr("Title"))
        parts.append(f"<p>{title}: <bdi>{_text(seed.title)}</bdi></p>")
    items = _translated(case.run.items_noun)
    for label, texts in (
        (items.capitalize(), [_label(song) for song in seed.songs]),
        (tr("Tags"), [_text(tag, 60) for tag in tags]),
        (tr("Excluded {items}", items=items), [_label(song) for song in seed.banned]),
    ):
        if texts:
            chips = "".join(f"<span><bdi>{text}</bdi></span>" for text in texts)
            parts.append(f'{_small(label)}<p class="pr-chips">{chips}</p>')
    if seed.question:
        parts.append(_small(tr("Held-out query {id}", id=seed.question)))
    return "".join(parts) or _small(tr("Empty seed."))


def _model(model: CaseModel, tags: Sequence[str], songs: Sequence[CaseItem]) -> str:
    rows = []
    for answer in model.answers:
        path = f" · {_text(tr(_SOURCES[answer.source]))}" if answer.source != "model" else ""
        rows.append(f"<li><bdi>{_label(answer)}</bdi> <small>{answer.score:.4g}{path}</small></li>")
    parts = [f'<section class="pr-list"><h3><bdi>{_text(model.title)}</bdi></h3><ol>', *rows, "</ol>"]
    if tags:
        label, listed = _text(tr("Tags")), ", ".join(_text(tag, 40) for tag in tags)
        parts.append(f"<p><small>{label}: <bdi>{listed}</bdi></small></p>")
    if model.explanations:
        labels = {str(answer.id): _label(answer) for answer in model.answers}
        summary = _text(tr("Explanations of the top {n}", n=len(model.explanations)))
        parts.append(f"<details><summary>{summary}</summary>")
        parts += [_why(one, labels, songs) for one in model.explanations]
        parts.append("</details>")
    return "".join([*parts, "</section>"])


def _why(found: CaseExplanation, labels: Mapping[str, str], songs: Sequence[CaseItem]) -> str:
    """The strongest contributions; none if their number is not that of the songs (a file edited by hand)."""
    exact = found.kind == "exact"
    kind = tr("exact: contributions sum to the score") if exact else tr("leave-one-out: score change without the item")
    score = tr("score {score}, {kind}", score=number(found.score, 4), kind=kind)
    lines = [
        f'<div class="pr-why"><strong><bdi>{labels.get(str(found.item), _text(found.item))}</bdi></strong> '
        f"<small>{_text(score)}</small>"
    ]
    if len(found.contributions) == len(songs):
        pairs = sorted(zip(found.contributions, songs, strict=True), key=lambda pair: -abs(pair[0]))
        lines += [
            f"<div><bdi>{_label(song)}</bdi><span>{number(value, 4, '+')}</span></div>"
            for value, song in pairs[:_STRONGEST]
        ]
        rest = [value for value, _ in pairs[_STRONGEST:]]
        if rest:
            others = _text(trn("{n} other", "{n} others", len(rest)))
            lines.append(f"<div><small>{others}</small><span>{number(sum(rest), 4, '+')}</span></div>")
    if found.baseline:
        baseline = _text(tr("baseline"))
        lines.append(f"<div><small>{baseline}</small><span>{number(found.baseline, 4, '+')}</span></div>")
    return "".join([*lines, "</div>"])


def _provenance(case: CaseFile) -> str:
    run = case.run
    rows = [
        (tr("Run"), run.id),
        (tr("Trained"), tr("{when}, seed {seed}", when=run.created, seed=run.seed)),
        (tr("Data fingerprint"), run.fingerprint),
        (tr("Vocabulary hash"), run.vocabulary_hash),
        (tr("Ranking"), json.dumps(run.ranking, ensure_ascii=False)),
        (tr("Versions"), ", ".join(f"{name} {version}" for name, version in run.versions.items())),
    ]
    facts = "".join(f"{_text(name)}: {_text(value, 2000)}\n" for name, value in rows)
    state = _text(tr("state"))
    models = "".join(
        f"<p><bdi>{_text(model.title)}</bdi> <small>[models.{_text(model.name)}]</small></p>"
        f"<pre>{_text(json.dumps(model.settings, ensure_ascii=False), 5000)}\n"
        + "".join(f"{state} {_text(name)}: {_text(digest)}\n" for name, digest in model.state_sha256.items())
        + "</pre>"
        for model in case.models
    )
    summary = _text(tr("Settings and hashes of every model"))
    return f"<pre>{facts}</pre><details><summary>{summary}</summary>{models}</details>"


def _heading(text: str) -> str:
    return f"<h2>{_text(text)}</h2>"


def _small(text: str) -> str:
    return f"<p><small>{_text(text, 1000)}</small></p>"


def _translated(stored: str) -> str:
    """Translate a message that a case stores in English; other text is returned unchanged."""
    return tr(stored) if stored else ""  # gettext stores its header under the empty message


def _label(item: CaseItem) -> str:
    return _text(f"{item.title} — {item.artist}" if item.artist else item.title)


def _text(value: object, length: int = 300) -> str:
    return escape(shorten(str(value), length))
