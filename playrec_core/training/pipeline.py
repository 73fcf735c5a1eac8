"""The order of work: read, split, fit, index, measure, put the run in place. Interrupted work is taken up again.

Everything is a stage of a `RunWriter`: a stage that was finished is never done twice, and the run becomes the
current one in a single step at the end. The key under which an interrupted run is found again covers all that
decides its content: data, split, configuration, seed, this program's own source and the versions of the libraries
beneath it.
"""

import hashlib
import importlib
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from playrec_core.config import TrainConfig
from playrec_core.data import prepared_cache, serialization
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.readers import base
from playrec_core.data.split import split
from playrec_core.data.synthetic import generate
from playrec_core.errors import ConfigError, DataError
from playrec_core.evaluation import protocol
from playrec_core.evaluation.report import in_order, report
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.projection import layout, out_of_sample
from playrec_core.projection.tag_separation import FEWEST_POINTS, TAG, cluster_map, one_tag_each, tag_islands
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import ARTIST, TITLE, Progress
from playrec_core.store.files import open_arrays, open_table, save_arrays, save_json, save_table
from playrec_core.store.manifest import DatasetRecord
from playrec_core.store.writer import RunWriter, package_versions
from playrec_core.text_index.catalogue_search import build_index
from playrec_core.training.engines.base import Engine, Job

from .engines import registry as engines
from .progress import ProgressBar


@dataclass(frozen=True)
class Options:
    """What a run is told beside its configuration.

    Args:
        artifacts: where runs are kept.
        data: the folder to read; None for the built-in demo.
        models: which of the configured models; empty for all.
        seed: replaces the configuration's.
        threads: threads of every numerical library; None leaves them as they are.
        device: "cpu" or "cuda".
        engine: where models are fitted, as `playrec_core.training.engines.registry.create` takes it; "" for here.
    """

    artifacts: Path
    data: Path | None = None
    models: tuple[str, ...] = ()
    seed: int | None = None
    threads: int | None = None
    device: str = "cpu"
    engine: str = ""


def train(config: TrainConfig, options: Options, say: Callable[[str], None] = print) -> str:
    """Train everything the configuration asks for, and make the result the current run.

    Args:
        config: from `playrec_core.config.load`.
        options: where and with what.
        say: gets each line meant for a person.

    Returns:
        The run id.

    Raises:
        PlayrecError: bad data, a bad configuration, or another process writing the same run.
    """
    seed = config.seed if options.seed is None else options.seed
    models = _chosen(config, options)
    engine = engines.create(options.engine)
    config = config.model_copy(update={"seed": seed})
    with limited(options.threads):
        dataset, held_out = load_data(config, options)
        models, left_out = _fittable(models, dataset)
        tables = {name: table for name, table in config.models.items() if name in models}
        shown = tuple(name for name in config.shown if name in tables)
        config = config.model_copy(update={"models": tables, "shown": shown})
        key = content_key(config, dataset, held_out, options.device, options.engine)
        say(
            f"{dataset.name}: {dataset.n_playlists:,} {dataset.nouns.playlists}, {dataset.n_items:,} "
            f"{dataset.nouns.items}, {dataset.interactions.nnz:,} links; {len(held_out):,} held-out questions"
        )
        notes = [*dataset.notes, *left_out]
        for note in notes:
            say(f"  note: {note}")
        with RunWriter.open(options.artifacts, key) as writer:
            return _Work(config, options, engine, dataset, held_out, models, notes, writer, say).run()


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Every numerical library on so many threads; None leaves them as they are."""
    if threads is None:
        yield
        return
    # A limit binds the libraries that are loaded, and each of these brings threads of its own.
    for library in ("torch", "faiss", "sklearn", "implicit"):
        importlib.import_module(library)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(threads):
        yield


@dataclass
class _Work:
    config: TrainConfig
    options: Options
    engine: Engine | None
    dataset: Dataset
    held_out: HeldOut
    models: dict[str, Recommender]
    notes: list[str]
    writer: RunWriter
    say: Callable[[str], None]

    def run(self) -> str:
        with self._stage(serialization.STAGE, "data set") as (folder, _):
            if folder:
                serialization.save(folder, self.dataset, self.held_out)
        with self._stage("search", "search index") as (folder, progress):
            if folder:
                build_index(folder / "search.sqlite", *self._names(), progress=progress)
        ranker = Ranker.build(self.dataset, self.config.ranking)
        with self._stage("ranking", "cold-start index") as (folder, _):
            if folder:
                save_arrays(folder / "state.safetensors", ranker.state())
        for name in self.models:
            self._fit(name)
            self._measure(name, ranker)
        self._map()
        table = self._report()
        run_id = self.writer.finish(
            dataset=DatasetRecord(
                name=self.dataset.name,
                fingerprint=self.dataset.fingerprint,
                sizes=dict(serialization.sizes(self.dataset, self.held_out)),
            ),
            vocabulary_hash=serialization.vocabulary_hash(self.dataset),
            config=self.config.model_dump(mode="json"),
            seed=self.config.seed,
            notes=self.notes,
        )
        self.say(table)
        self.say(f"\nRun {run_id} is now current: {self.options.artifacts / 'runs' / run_id}")
        return run_id

    @contextmanager
    def _stage(self, name: str, label: str) -> Iterator[tuple[Path | None, Progress]]:
        """The folder of a stage to be written and its progress bar; None instead of a folder when it is done
        already.
        """
        bar = ProgressBar(label)
        if self.writer.done(name):
            bar.done("done before the interruption")
            yield None, bar
            return
        with self.writer.stage(name) as folder:
            bar(0.0)
            yield folder, bar
        bar.done()

    def _names(self) -> tuple[list[str], list[str]]:
        return self.dataset.catalogue[TITLE].to_pylist(), self.dataset.catalogue[ARTIST].to_pylist()

    def _title(self, name: str) -> str:
        return registry.title_of(name, self.config.models)

    def _fit(self, name: str) -> None:
        model = self.models[name]
        model.attach({part: self.models[part] for part in model.parts()})
        with self._stage(f"model-{name}", f"fit {self._title(name)}") as (folder, progress):
            if folder:
                model.checkpoint = self.writer.checkpoint(f"model-{name}")
                rng = model_rng(self.config.seed, name)
                job = Job(self.dataset, rng, self.options.device, progress, model.checkpoint)
                save_arrays(folder / "state.safetensors", engines.fit(model, job, self.engine))
        # From here on the model is what the run holds, so that what is measured is what will be served.
        state = open_arrays(self.writer.path(f"model-{name}") / "state.safetensors")
        self.models[name] = type(model).from_state(model.config, state)
        self.models[name].attach(model.members)

    def _measure(self, name: str, ranker: Ranker) -> None:
        with self._stage(f"answers-{name}", f"ask {self._title(name)}") as (folder, progress):
            if folder:
                batch = self.config.evaluation.batch
                # A product of a matrix with one vector gains nothing from threads. Beside another busy process each
                # waits milliseconds for its second thread's turn, and 600 questions took 8 s instead of 0.3.
                with threadpool_limits(1, user_api="blas"):
                    answers = protocol.answer(
                        self.models[name],
                        ranker,
                        self.held_out,
                        batch=batch,
                        progress=progress,
                        threads=self.options.threads or os.cpu_count() or 1,
                    )
                values = protocol.measure(answers, self.held_out, self.dataset.interactions)
                save_arrays(folder / "answers.safetensors", answers)
                save_arrays(folder / "values.safetensors", values)

    def _map(self) -> None:
        wanted = self.config.map.model
        embeddings = self.models[wanted].item_embeddings() if wanted in self.models else None
        with self._stage("map", "map") as (folder, progress):
            if folder and embeddings is not None:
                points = layout.layout(self.dataset, embeddings, self.config.map, self.config.seed, progress)
                labels, names = layout.item_labels(self.dataset)
                membership = points[layout.CLUSTER].to_numpy()
                found = layout.distinguishing(membership, labels[: len(membership)], names, int(membership.max()) + 1)
                save_table(folder / "points.arrow", points)
                save_json(folder / "clusters.json", [[vars(label) for label in cluster] for cluster in found])
        if embeddings is not None:
            if self.config.map.rest:
                self._rest_of_the_map(embeddings)
            self._other_spaces()
            self._cluster_map(embeddings)

    def _rest_of_the_map(self, embeddings: np.ndarray) -> None:
        """A place for the songs beyond those that the map lays out."""
        with self._stage("map-rest", "places for the rest of the map") as (folder, progress):
            if folder:
                heard = int((self.dataset.item_counts > 0).sum())
                points = open_table(self.writer.path("map") / "points.arrow")
                rest = out_of_sample.place(embeddings, heard, points, self.config.map.layouts, progress)
                save_table(folder / "points.arrow", rest)

    def _other_spaces(self) -> None:
        """The maps of every other model that has vectors."""
        if self.config.map.others is None:
            return
        spaces = {name: model.item_embeddings() for name, model in self.models.items() if name != self.config.map.model}
        spaces = {name: vectors for name, vectors in spaces.items() if vectors is not None}
        with self._stage("spaces", f"maps of {len(spaces)} more spaces") as (folder, progress):
            for done, (name, vectors) in enumerate(spaces.items() if folder else (), start=1):
                assert folder is not None
                points = layout.other_layout(self.dataset, vectors, self.config.map, self.config.seed)
                save_table(folder / f"{name}.arrow", points)
                progress(done / len(spaces))

    def _cluster_map(self, embeddings: np.ndarray) -> None:
        """The songs of each cluster by t-SNE, and which tags are islands there. Without the configured model's
        clusters, those of the map.
        """
        config = self.config.map
        if config.cluster_map is None:
            return
        with self._stage("cluster-map", "map of the clusters") as (folder, _):
            if not folder:
                return
            maker = config.cluster_map.model if config.cluster_map.model in self.models else config.model
            clusters, vectors = self.models[maker].item_clusters(), self.models[maker].item_embeddings()
            if clusters is None or vectors is None:
                maker, vectors = config.model, layout.unit(embeddings)
                clusters = open_table(self.writer.path("map") / "points.arrow")[layout.CLUSTER].to_numpy()
            points = cluster_map(
                self.dataset,
                clusters,
                vectors,
                per_cluster=config.cluster_map.per_cluster,
                perplexity=config.perplexity,
                seed=self.config.seed,
            )
            coordinates = np.column_stack([points[layout.X].to_numpy(), points[layout.Y].to_numpy()])
            carried = one_tag_each(points[TAG].to_numpy(), len(self.dataset.tags))
            islands = tag_islands(coordinates, carried, min_points=FEWEST_POINTS, seed=self.config.seed)
            save_table(folder / "points.arrow", points)
            save_json(folder / "islands.json", {"model": maker, "islands": [asdict(island) for island in islands]})

    def _report(self) -> str:
        """Means with intervals, over all questions and by slice; the table for the terminal."""
        stage = "report"
        names = list(self.config.models)
        values = {name: open_arrays(self.writer.path(f"answers-{name}") / "values.safetensors") for name in names}
        values = in_order(values)
        with self._stage(stage, "intervals") as (folder, _):
            if folder:
                whole, sliced = report(
                    values, self.held_out, seed=self.config.seed, resamples=self.config.evaluation.resamples
                )
                save_table(folder / "metrics.arrow", pa.Table.from_pandas(whole, preserve_index=False))
                save_table(folder / "slices.arrow", pa.Table.from_pandas(sliced, preserve_index=False))
        return report_table({self._title(name): columns for name, columns in values.items()})


def report_table(values: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """The means for the terminal: a line a model, every figure below the name of its metric."""
    lines = [f"\n{'model':<24}" + "".join(f"{metric:>12}" for metric in protocol.HEADLINE)]
    lines += [
        f"{title:<24}" + "".join(f"{_figure(columns[metric]):>12}" for metric in protocol.HEADLINE)
        for title, columns in values.items()
    ]
    return "\n".join(lines)


def _figure(column: np.ndarray) -> str:
    """The mean to four places; a dash where no question has the metric."""
    defined = column[~np.isnan(column)]
    return f"{defined.mean():.4f}" if len(defined) else "–"


def model_rng(seed: int, name: str) -> np.random.Generator:
    """Each model's own generator, so that a model does not change because another was left out."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _chosen(config: TrainConfig, options: Options) -> dict[str, Recommender]:
    """The models asked for and those they are made of, unfitted, in the order in which they can be fitted."""
    unknown = [name for name in options.models if name not in config.models]
    if unknown:
        raise ConfigError(f"--models {unknown[0]}: the configuration {config.name} has {', '.join(config.models)}")
    return registry.create_all(config.models, options.models)


def _fittable(models: dict[str, Recommender], dataset: Dataset) -> tuple[dict[str, Recommender], list[str]]:
    """The models the data set has enough for, and a line about each of the others.

    Raises:
        ConfigError: none is left.
    """
    lacking = {name: words for name, model in models.items() if (words := model.missing(dataset))}
    if len(lacking) == len(models):
        raise ConfigError("; ".join(f"{name} cannot be fitted: {words}" for name, words in lacking.items()))
    left_out = [f"{models[name].title} is left out: {words}." for name, words in lacking.items()]
    return {name: model for name, model in models.items() if name not in lacking}, left_out


def load_data(config: TrainConfig, options: Options) -> tuple[Dataset, HeldOut]:
    """Training part and questions: read (making the demo first where it is asked for) and split, or as an earlier run
    of the same data has left them.
    """
    folder = options.data
    if folder is None:
        if config.data.demo is None:
            raise ConfigError(f"the configuration {config.name} needs --data DIR, the folder that holds its files")
        folder = _demo_folder(config, options.artifacts)
    source = base.create(config.data.reader, config.data.options)
    bar = ProgressBar("read")
    if not folder.is_dir():
        raise DataError(folder, "", f"there is no such folder; put {source.files} there")
    key = prepared_cache.key(folder, config.data, config.split, config.name, config.seed)
    found = prepared_cache.find(options.artifacts, key, folder)
    if found is not None:
        bar.done(f"{folder} (prepared before)")
        return found
    dataset = replace(source.read(folder, progress=bar), name=config.name)
    parts = split(config.split, dataset, folder, np.random.default_rng([config.seed, zlib.crc32(b"split")]))
    bar.done(str(folder))
    prepared_cache.save(options.artifacts, key, folder, *parts)
    return parts


def _demo_folder(config: TrainConfig, artifacts: Path) -> Path:
    """The built-in world in Melon's format, made when it is not there yet."""
    assert config.data.demo is not None
    asked = json.dumps([config.data.demo, config.seed], sort_keys=True)
    folder = artifacts / "demo-data" / hashlib.sha256(asked.encode()).hexdigest()[:12]
    if not folder.is_dir():
        bar = ProgressBar("make the demo world")
        generate.generate(folder, generate.DemoOptions(**config.data.demo), seed=config.seed, progress=bar)
        bar.done(str(folder))
    return folder


def content_key(config: TrainConfig, dataset: Dataset, held_out: HeldOut, device: str, engine: str = "") -> str:
    """SHA-256 over all that decides the content of the run."""
    digest = hashlib.sha256(json.dumps(config.model_dump(mode="json"), sort_keys=True).encode())
    digest.update(dataset.fingerprint.encode())
    digest.update(json.dumps(held_out.table.to_pylist(), sort_keys=True).encode())
    digest.update(json.dumps([package_versions(), device, engine], sort_keys=True).encode())
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
