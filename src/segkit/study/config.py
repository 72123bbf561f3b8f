"""study.toml: what one study is made of, read and checked before anything runs."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segkit._checks import check_integer, check_option, check_share
from segkit._files import as_path
from segkit.exceptions import SegkitError
from segkit.survey.item import ANSWERED

__all__ = ["MOST_SEGMENTS", "StudyConfig", "read_config"]

CORRELATIONS = ("auto", "polychoric", "pearson", "spearman")
RATINGS = ("given", "relative")
MODELS = ("kmeans", "latent_class")
ROTATIONS = ("oblimin", "varimax", "promax", "none")

MOST_SEGMENTS = 20
"""More segments than anybody can keep in mind are a slip."""


@dataclass(frozen=True)
class StudyConfig:
    """The choices of a study, as ``study.toml`` states them.

    Attributes
    ----------
    name : str
        The title of the study.
    random_state : int
        The seed of everything that draws.
    answers, codebook : str
        Paths within the folder: the answers (.csv or .parquet) and the codebook (.yaml).
    base : str or None
        The customer base (.parquet or .csv); None tags the respondents themselves.
    base_id : str or None
        The id column of the base.
    base_weight : str or None
        The column of survey weights, where the base is a survey itself; drift respects it.
    drop_careless : bool
        Leave out respondents whom the response quality flags.
    items : str
        The role of the items that make the needs: ``"importance"``, ``"item"`` or
        ``"satisfaction"``.
    ratings : str
        ``"given"``, or ``"relative"`` to the person's mean of the battery
        (`segkit.survey.relative_ratings`).
    n_factors : int or None
        The number of needs; None takes the suggestion of parallel analysis.
    correlation, rotation : str
        As in `segkit.factors`.
    model : str
        How respondents are divided by their needs: ``"kmeans"`` or ``"latent_class"``.
    n_segments : int
        The number of segments.
    names : tuple of str
        The analyst's names of the segments, largest first; empty: numbers.
    n_boot : int
        Bootstrap samples of the stability diagnostics.
    abstain_below : float or None
        Customers with a lower probability stay untagged.
    smallest : int
        Personas tell nothing that fewer respondents stand behind.

    Examples
    --------
    >>> StudyConfig(n_segments=5).n_boot
    50
    """

    name: str = "Segmentation study"
    random_state: int = 0
    answers: str = "data/answers.parquet"
    codebook: str = "data/codebook.yaml"
    base: str | None = None
    base_id: str | None = None
    base_weight: str | None = None
    drop_careless: bool = True
    items: str = "importance"
    ratings: str = "given"
    n_factors: int | None = None
    correlation: str = "auto"
    rotation: str = "oblimin"
    model: str = "kmeans"
    n_segments: int = 4
    names: tuple[str, ...] = field(default=())
    n_boot: int = 50
    abstain_below: float | None = None
    smallest: int = 10


# where each setting stands in study.toml
PLACES = {
    "study": ("name", "random_state"),
    "data": ("answers", "codebook", "base", "base_id", "base_weight"),
    "quality": ("drop_careless",),
    "needs": ("items", "ratings", "n_factors", "correlation", "rotation"),
    "segments": ("model", "n_segments", "names"),
    "stability": ("n_boot",),
    "typing": ("abstain_below",),
    "personas": ("smallest",),
}


def read_config(folder: Path) -> StudyConfig:
    """Read and check ``study.toml`` of a study folder.

    Parameters
    ----------
    folder : Path
        The study folder.

    Returns
    -------
    StudyConfig

    Raises
    ------
    SegkitError
        When the file is absent, is not TOML, or holds an unknown or impossible setting.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "study.toml").write_text("segments = {n_segments = 5}")
    >>> read_config(folder).n_segments
    5
    """
    path = as_path(folder, what="the path of a study folder") / "study.toml"
    if not path.is_file():
        raise SegkitError(
            f"`{folder}` holds no study.toml, so it is no study folder. Make one with: "
            f"segkit new {folder}"
        )
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SegkitError(
            f"`{path}` cannot be read as TOML: {error}. Correct that line."
        ) from error
    config = StudyConfig(**_settings(tables, path))
    return _checked(config)


def _settings(tables: dict[str, Any], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, content in tables.items():
        check_option(table, tuple(PLACES), name=f"[{table}] in {path.name}: table")
        if not isinstance(content, dict):
            raise SegkitError(f"`{table}` in {path.name} is a value; expected a table [{table}].")
        for key, value in content.items():
            check_option(key, PLACES[table], name=f"{key} in [{table}] of {path.name}: key")
            found[key] = tuple(value) if isinstance(value, list) else value
    return found


def _checked(config: StudyConfig) -> StudyConfig:
    for name in ("name", "answers", "codebook"):
        _check_text(getattr(config, name), name)
    for name in ("base", "base_id", "base_weight"):
        if getattr(config, name) is not None:
            _check_text(getattr(config, name), name)
    check_integer(config.random_state, name="random_state", low=0, high=2**32 - 1)
    check_integer(config.n_segments, name="n_segments", low=2, high=MOST_SEGMENTS)
    check_integer(config.n_boot, name="n_boot", low=10)
    check_integer(config.smallest, name="smallest", low=2)
    if config.n_factors is not None:
        check_integer(config.n_factors, name="n_factors")
    if config.abstain_below is not None:
        check_share(config.abstain_below, name="abstain_below")
    check_option(config.drop_careless, (True, False), name="drop_careless")
    check_option(config.items, ANSWERED, name="items")
    check_option(config.ratings, RATINGS, name="ratings")
    check_option(config.correlation, CORRELATIONS, name="correlation")
    check_option(config.model, MODELS, name="model")
    check_option(config.rotation, ROTATIONS, name="rotation")
    _check_names(config.names, config.n_segments)
    _check_relative(config)
    return config


def _check_relative(config: StudyConfig) -> None:
    if config.ratings == "relative" and config.correlation == "polychoric":
        raise SegkitError(
            'correlation="polychoric" in study.toml was given with ratings="relative"; expected '
            '"auto", "pearson" or "spearman": ratings against the person\'s own mean are no '
            "categories. Change one of the two under [needs]."
        )


def _check_names(names: Any, n_segments: int) -> None:
    if not isinstance(names, tuple) or not all(isinstance(n, str) and n.strip() for n in names):
        raise SegkitError(
            f"names={names!r} in study.toml was given; expected a list of texts, one a segment, "
            "largest first."
        )
    if names and len(names) != n_segments:
        raise SegkitError(
            f"names holds {len(names)} names for {n_segments} segments; expected one a segment, "
            "largest first. Correct `names` in study.toml."
        )
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SegkitError(
            f"names holds {twice[0]!r} more than once; expected a different name for each "
            "segment. Correct `names` in study.toml."
        )


def _check_text(value: Any, name: str) -> None:
    if not isinstance(value, str) or not value:
        raise SegkitError(f"{name}={value!r} in study.toml was given; expected a text.")
