"""One client, one folder: the whole journey, each costly step kept and re-runnable."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from segkit._files import as_path, existing_file
from segkit._progress import track
from segkit._threads import one_blas_thread
from segkit.reports import booklet
from segkit.segments import Persona, write_personas
from segkit.study import lines, outputs, portraits, steps
from segkit.study.answers import Answers, read_answers
from segkit.study.archive import read_stability, write_stability
from segkit.study.config import StudyConfig, read_config
from segkit.study.memory import Memory
from segkit.typing_tool import SegmentMix, TypingTool, load

__all__ = ["Study"]

T = TypeVar("T")
Tell = Callable[[str], None]


class Study:
    """A study folder and, after `run`, everything that was found.

    Open one with `Study.open`; make a folder with ``segkit new``.

    Parameters
    ----------
    folder : Path
        The study folder.
    config : StudyConfig
        The choices that its ``study.toml`` states.

    Attributes
    ----------
    answers : Answers
        The clean answers, the codebook and the screening of respondents.
    needs : Needs
        Correlations, adequacy, number of factors, factor model and scores.
    segments : Segmentation
        The segment model, labels, profiles and opportunities.
    tool : TypingTool
        Types customers from their fields; ``tool.evaluation_`` says how well.
    tagged : Path
        The tagged base (parquet).
    mix : SegmentMix or None
        Segment sizes in the base, counted and corrected; None without a base.
    sizes : frame
        segment, name, n, share, low, high: corrected sizes in the base, or those of the
        respondents where there is no base or the fields are too weak to size it.
    trust : Trust
        Stability of the segments; drift of the base against the survey.
    personas : list of Persona
        The portrait of each segment, with the words that were edited in ``personas.yaml``.
    files : dict of str to Path
        The deliverables: ``booklet``, ``personas``, ``tagged``, ``figures``, ``tables``,
        ``summary``, ``tool``.
    figures : dict of str to Axes
        The figures by name, as drawn for the files.

    See Also
    --------
    segkit.reports.booklet : The deliverable for every employee.

    Examples
    --------
    >>> import tempfile
    >>> from segkit.study import Study, new_study
    >>> place = Path(tempfile.mkdtemp()) / "acme"
    >>> study = Study.open(new_study(place, n_respondents=100, n_customers=200))
    >>> study.config.n_segments
    4
    """

    answers: Answers
    needs: steps.Needs
    segments: steps.Segmentation
    tool: TypingTool
    tagged: Path
    mix: SegmentMix | None
    sizes: Any
    trust: steps.Trust
    personas: list[Persona]
    figures: dict[str, Any]

    def __init__(self, folder: Path, config: StudyConfig) -> None:
        self.folder = folder
        self.config = config
        self.results = folder / "results"
        self.files: dict[str, Path] = {}

    @classmethod
    def open(cls, folder: str | Path) -> "Study":
        """Read the ``study.toml`` of a folder.

        Parameters
        ----------
        folder : str or Path
            A folder made by ``segkit new``, or one with a ``study.toml`` of your own.

        Returns
        -------
        Study

        Raises
        ------
        SegkitError
            When the folder holds no study, or a setting is unknown or impossible.
        """
        place = as_path(folder, what="the path of a study folder")
        return cls(place, read_config(place))

    def run(self, tell: Tell | None = None) -> "Study":
        """Go from answers to booklet; costly steps whose inputs did not change are kept.

        Parameters
        ----------
        tell : callable, optional
            Called with one line before each step and one with what it found; without it a
            progress bar appears when the run takes over two seconds.

        Returns
        -------
        Study
            Itself, with everything that was found.

        Raises
        ------
        SegkitError
            When answers, codebook, base and choices do not make a study; what earlier runs
            left in ``results/`` stays whole.
        """
        self.results.mkdir(exist_ok=True)
        self._memory = Memory(self.results / "steps.json")
        stages = (
            ("reading and screening the answers", self._read),
            ("finding the needs", self._find_needs),
            ("finding the segments", self._find_segments),
            ("fitting and testing the typing tool", self._type),
            ("tagging the base", self._tag),
            ("asking whether it can be trusted", self._trust),
            ("writing booklet, figures and tables", self._report),
        )
        shown = stages if tell else track(stages, what=self.config.name, total=len(stages))
        with one_blas_thread():
            for number, (what, stage) in enumerate(shown, start=1):
                begin = time.perf_counter()
                if tell:
                    tell(f"{number}/{len(stages)} {what}")
                found = stage()
                if tell:
                    tell(f"    {found} ({time.perf_counter() - begin:.1f} s)")
        return self

    def _read(self) -> str:
        portraits.check_edits(self._personas_file)
        self.answers = read_answers(self.folder, self.config)
        return lines.answers_line(self.answers)

    def _find_needs(self) -> str:
        self.needs = steps.find_needs(self.answers, self.config)
        return lines.needs_line(self.needs)

    def _find_segments(self) -> str:
        self.segments = steps.find_segments(self.answers, self.needs, self.config)
        return lines.segments_line(self.segments)

    def _type(self) -> str:
        path = self.files["tool"] = self.results / "tool.segkit"
        table = self.answers.part(self.answers.fields)
        made_from = [table, self.segments.labels, self.answers.weight]
        settings = [self.config.abstain_below, self.config.random_state]
        kept = self._memory.holds("tool", [*made_from, *settings], [path])
        if not kept:
            steps.type_customers(self.answers, self.segments.labels, self.config).save(path)
            self._memory.keep("tool")
        self.tool = load(path)
        return lines.tool_line(self.tool) + lines.kept_word(kept)

    def _tag(self) -> str:
        path = self.tagged = self.files["tagged"] = self.results / "tagged.parquet"
        base, id = self._base()
        kept = self._memory.holds("tagged", [self.files["tool"], base, id], [path])
        if not kept:
            steps.tag_base(base, self.tool, path, id=id)
            self._memory.keep("tagged")
        self.mix = self.tool.segment_mix(path) if self.config.base else None
        self.sizes = steps.segment_sizes(self.segments.scheme, self.mix)
        return lines.base_line(self.mix, self.sizes, path) + lines.kept_word(kept)

    def _base(self) -> tuple[Any, str | None]:
        """Return the base, a file or the respondents themselves, and its id column."""
        if self.config.base is None:
            return self.answers.table, None
        return existing_file(self.folder / self.config.base, what="The base"), self.config.base_id

    def _trust(self) -> str:
        path, c = self.results / "stability.npz", self.config
        made_from = [self.needs.scores, self.answers.weight]
        settings = [c.model, c.n_segments, c.n_boot, c.random_state]
        kept = self._memory.holds("stability", [*made_from, *settings], [path])
        if not kept:
            write_stability(steps.find_again(self.answers, self.needs, c), path)
            self._memory.keep("stability")
        found_again = read_stability(path, like=self.needs.scores)
        drift = steps.base_drift(self.answers, self.tagged, c.base_weight) if c.base else None
        self.trust = steps.Trust(found_again, drift)
        return lines.trust_line(self.trust) + lines.kept_word(kept)

    @property
    def _personas_file(self) -> Path:
        """The file with the words of the personas: beside study.toml, for it is edited."""
        return self.folder / "personas.yaml"

    def _portray(self) -> None:
        """Portray the segments; words that were edited in the file stay, names included."""
        path = self.files["personas"] = self._personas_file
        found = portraits.portray(self.answers, self.needs, self.segments, self.sizes, self.config)
        self.personas = write_personas(found, path)
        self.segments, self.sizes = portraits.renamed(
            self.personas, self.segments, self.sizes, self.answers.weight
        )

    def _report(self) -> str:
        self._portray()
        self.figures = outputs.draw(self)
        try:
            self.files["figures"] = outputs.write_figures(self.figures, self.results / "figures")
            self.files["tables"] = outputs.write_tables(self, self.results / "tables")
            self.files["summary"] = outputs.write_summary(self, self.results / "summary.md")
            self.files["booklet"] = booklet(self, self.results / "booklet.html")
        finally:
            outputs.close(self.figures)
        return f"{len(self.figures)} figures{lines.personas_word(self.personas)}"
