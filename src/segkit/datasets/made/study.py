"""The made payments study: a survey, a customer base and the truth behind them."""

from functools import cached_property
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option
from segkit._resample import spawn_seeds
from segkit.datasets.made.accounts import open_accounts
from segkit.datasets.made.interviews import Interviews, first_interviews, later_interviews
from segkit.datasets.made.items import answer_codebook
from segkit.datasets.made.ledger import LEDGER_CUSTOMERS, write_ledger
from segkit.datasets.made.maxdiff import run_tasks
from segkit.datasets.made.oracle import answers_posterior, fields_posterior, oracle_score
from segkit.datasets.made.people import People, draw_people, take_people
from segkit.datasets.made.scene import DRIFTS, Scene
from segkit.datasets.made.tables import field_codebook, field_columns, table
from segkit.datasets.made.touchpoints import rate_touchpoints
from segkit.datasets.made.truth import Truth, truth_of
from segkit.datasets.made.turnover import turn_over
from segkit.datasets.made.verbatims import write_verbatims
from segkit.datasets.raw_tables import OUTPUTS
from segkit.exceptions import SegkitError
from segkit.survey import Codebook

__all__ = ["PaymentsStudy", "make_payments_study"]

_FEWEST = 50
_PARTS = ("people", "interviews", "verbatims", "accounts", "ledger", "maxdiff", "touchpoints")
_FIRST_DAY = np.datetime64("2025-06-30")
_FIRST_ID = 100_001


class PaymentsStudy:
    """An invented study of how people pay their bills; made by `make_payments_study`.

    Attributes
    ----------
    answers : frame
        One row a respondent: ``respondent``, ``imp_01`` ... ``imp_24``, ``sat_01`` ...
        ``sat_24`` (1-5, missing where left out), ``verbatim`` (text), ``weight`` (inverse
        probability of selection, mean 1), ``seconds``.
    codebook : Codebook
        What these columns mean; the block of an item is its need.
    fields : frame
        The customer-record fields of the respondents, row by row as in `answers`: age,
        region, household, tenure (years), products, payment_method, bills_a_month,
        app_logins_30d, autopay, late_reminders_12m, amount_a_month (euros). Numbers,
        whole numbers with gaps, text and yes/no.
    field_codebook : Codebook
        What the fields mean and why they have gaps.
    links : frame
        ``respondent``, ``customer_id`` (the row of the base) and ``panel`` (answered the wave
        before).
    base : frame
        Every customer: ``customer_id`` and the fields.
    accounts : frame
        Business customers, one row a contact: account_id, region, revenue (euros a year),
        tenure (years), products, contact_id, influence, recommend (0-10).
    ledger : frame
        Invoices of the first 5,000 customers in the last twelve months: customer_id,
        invoice_id, issued, due, paid (missing: open), amount, currency, disputed.
    maxdiff_tasks : frame
        Best-worst tasks in long form: respondent, task, item, choice (best, worst, none).
    touchpoints : frame
        One row a respondent: ratings 0-10 of nine touchpoints in the order of the journey
        (missing: not experienced) and ``recommend``, 0-10.
    truth : Truth
        True segments, loadings and careless respondents.
    day : datetime.date
        The day of the interviews and of the ledger's extract.
    description : str
        What the study is, in one sentence.

    Notes
    -----
    Tables are built when they are first asked for and do not depend on the order.

    Examples
    --------
    >>> from segkit import datasets
    >>> made = datasets.make_payments_study(n_respondents=200, n_customers=1000)
    >>> made.fields.columns.tolist()[:4]
    ['age', 'region', 'household', 'tenure']
    >>> made.codebook["imp_06"].wording, made.codebook["imp_06"].block
    ('Pay a bill without typing long numbers', 'simplicity')
    >>> sorted(set(made.truth.careless.tolist()))
    ['', 'alternating', 'partial', 'random', 'straight']
    """

    name = "payments_study"
    licence = "Invented by segkit; use it freely."
    description = (
        "A made payments study: an invented survey of how people pay their bills and an "
        "invented customer base. No person in it exists."
    )

    def __init__(
        self,
        scene: Scene,
        people: People,
        customer_id: np.ndarray,
        interviews: Interviews,
        *,
        seed: int,
        day: np.datetime64,
        moved: np.ndarray,
        output: str,
    ) -> None:
        self._scene, self._people, self._customer_id = scene, people, customer_id
        self._interviews, self._seed, self._moved = interviews, seed, moved
        self._day, self.output = day, output

    def __repr__(self) -> str:
        n, k = len(self._interviews.rows), len(self._scene.shares)
        return f"PaymentsStudy: {n} respondents, {self._people.n} customers, {k} segments"

    @property
    def day(self) -> Any:
        """The day of the interviews."""
        return self._day.item()

    @cached_property
    def codebook(self) -> Codebook:
        """What the columns of `answers` mean."""
        return answer_codebook()

    @cached_property
    def field_codebook(self) -> Codebook:
        """What the columns of `fields` mean."""
        return field_codebook()

    @cached_property
    def answers(self) -> Any:
        """One row a respondent."""
        got = self._interviews
        items = np.where(got.items > 0, got.items, np.nan)
        names = [f"{prefix}_{j:02d}" for prefix in ("imp", "sat") for j in range(1, 25)]
        cast = self._scene.world.cast
        verbatim = write_verbatims(cast, got.minds.segments, got.careless, self._rng("verbatims"))
        columns: dict[str, Any] = {"respondent": got.respondent}
        columns |= {name: items[:, j] for j, name in enumerate(names)}
        columns |= {"verbatim": verbatim.tolist(), "weight": got.weights, "seconds": got.seconds}
        return table(columns, self.output)

    @cached_property
    def fields(self) -> Any:
        """The fields of the respondents."""
        codes = take_people(self._people, self._interviews.rows).codes
        return table(field_columns(codes, recoded=self._scene.recoded), self.output)

    @cached_property
    def links(self) -> Any:
        """Which customer each respondent is."""
        got = self._interviews
        columns = {
            "respondent": got.respondent,
            "customer_id": self._customer_id[got.rows],
            "panel": got.panel,
        }
        return table(columns, self.output)

    @cached_property
    def base(self) -> Any:
        """Every customer with the fields."""
        columns = field_columns(self._people.codes, recoded=self._scene.recoded)
        return table({"customer_id": self._customer_id, **columns}, self.output)

    @cached_property
    def accounts(self) -> Any:
        """Business customers and their contacts."""
        return table(open_accounts(self._rng("accounts")), self.output)

    @cached_property
    def ledger(self) -> Any:
        """Invoices of a part of the base."""
        first = np.arange(min(LEDGER_CUSTOMERS, self._people.n))
        invoices = write_ledger(
            self._scene.world.cast,
            take_people(self._people, first),
            self._customer_id[first],
            self._day,
            self._rng("ledger"),
        )
        return table(invoices, self.output)

    @cached_property
    def maxdiff_tasks(self) -> Any:
        """Best-worst tasks of all respondents."""
        got, rng = self._interviews, self._rng("maxdiff")
        tasks = run_tasks(self._scene.world, got.minds, got.respondent, got.careless, rng)
        return table(tasks, self.output)

    @cached_property
    def touchpoints(self) -> Any:
        """Ratings of the payment journey."""
        got, rng = self._interviews, self._rng("touchpoints")
        codes = take_people(self._people, got.rows).codes
        rated = rate_touchpoints(self._scene.world, got.minds, codes, got.respondent, rng)
        return table(rated, self.output)

    @cached_property
    def truth(self) -> Truth:
        """What no study can know."""
        got, people = self._interviews, self._people
        return truth_of(self._scene.world, got, people, self._moved, self.output)

    def oracle(self, n_most: int = 2000) -> Any:
        """Say how well the best possible classifier does, one that knows the made world.

        Parameters
        ----------
        n_most : int
            At most so many attentive respondents are judged from their answers (each is an
            integral over 12 dimensions), and fifty times as many customers from their fields.

        Returns
        -------
        frame
            ``source`` ("answers": all answered importance and satisfaction items;
            "fields"), ``accuracy`` (expected share of right segments, in the whole customer
            base), ``hits`` (the share that was right) and ``n``.

        Notes
        -----
        Nothing learned from these data can do better than this by more than luck. `accuracy`
        and `hits` estimate the same number; `accuracy` with less sampling noise.

        Examples
        --------
        >>> from segkit import datasets
        >>> made = datasets.make_payments_study(n_respondents=500, n_customers=20_000)
        >>> best = made.oracle(n_most=300)
        >>> bool(best["accuracy"][0] > 0.85 and best["accuracy"][1] < 0.60)
        True
        """
        check_integer(n_most, name="n_most", low=1)
        world, got = self._scene.world, self._interviews
        rows = np.flatnonzero(got.careless == "")[:n_most]
        first = np.arange(min(50 * n_most, self._people.n))
        codes = take_people(self._people, first).codes
        from_answers = answers_posterior(world, got.items[rows])
        from_fields = fields_posterior(world, self._scene.model, codes)
        scores = [
            oracle_score(from_answers, got.minds.segments[rows], got.weights[rows]),
            oracle_score(from_fields, self._people.segments[first]),
        ]
        columns = {
            "source": ["answers", "fields"],
            "accuracy": [s.accuracy for s in scores],
            "hits": [s.hits for s in scores],
            "n": [len(rows), len(first)],
        }
        return table(columns, self.output)

    def next_wave(self, months: int = 12, drift: str | None = None) -> "PaymentsStudy":
        """Return a later study of the same world.

        Parameters
        ----------
        months : int
            Months since this wave, 1 to 120.
        drift : {"mix", "profile", "fields", None}
            What has changed: "mix", the smallest segment has grown at the cost of the largest,
            everything else is as before; "profile", the two largest segments need
            other things; "fields", the base records other things of the same people: more
            have the app, fewer pay by paper slip, and the level "card" is now called "card
            or wallet"; None, nothing but people's lives.

        Returns
        -------
        PaymentsStudy
            As many respondents, about 35 % of them panel members under the same number, and as
            many customers: those who stayed keep their ``customer_id``, about one in five a
            year has left and a new one has come (some bring years of tenure: they have been
            customers before). Everybody grows older, fields change a little, and about 4 % a
            year really change segment (``truth.moved``; more under "mix").

        Notes
        -----
        Segments keep their numbers, whatever their sizes have become. Without drift the
        later base has exactly the distribution of this one.

        Examples
        --------
        >>> from segkit import datasets
        >>> made = datasets.make_payments_study(n_respondents=500, n_customers=5_000)
        >>> later = made.next_wave(drift="mix")
        >>> bool((later.truth.customers == 3).mean() > (made.truth.customers == 3).mean() + 0.05)
        True
        """
        months = check_integer(months, name="months", low=1, high=120)
        check_option(drift, DRIFTS, name="drift")
        scene = self._scene.after(drift)
        seed, *seeds = (int(s) for s in spawn_seeds(self._seed, 4)[1:])
        turnover = turn_over(
            self._people,
            (self._scene.model, np.array(self._scene.shares)),
            (scene.model, np.array(scene.shares)),
            months,
            np.random.default_rng(seeds[0]),
        )
        interviews = later_interviews(
            scene.world,
            self._interviews,
            turnover,
            self._scene.world,
            np.random.default_rng(seeds[1]),
        )
        new_ids = self._customer_id.max() + 1 + np.arange(self._people.n)
        day = (self._day.astype("datetime64[M]") + months + 1).astype("datetime64[D]") - 1
        return PaymentsStudy(
            scene,
            turnover.people,
            np.where(turnover.stayed, self._customer_id, new_ids),
            interviews,
            seed=seed,
            day=day,
            moved=turnover.moved,
            output=self.output,
        )

    def _rng(self, part: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, _PARTS.index(part)])


def make_payments_study(
    n_respondents: int = 3000,
    n_customers: int = 100_000,
    n_segments: int = 4,
    random_state: Any = 0,
    output: str = "pandas",
) -> PaymentsStudy:
    """Make a payments study: an invented survey, a customer base and the truth about both.

    Nobody in it exists. The world (who needs what, which fields go with it) is fixed for
    each number of segments; the seed draws the people.

    Parameters
    ----------
    n_respondents : int
        Size of the survey, at least 50. Eight in a hundred answer carelessly.
    n_customers : int
        Size of the customer base, at least `n_respondents`: respondents are customers.
        Five million take some seconds and about 2 GB.
    n_segments : int
        3, 4, 5 or 6 segments.
    random_state : int, RandomState or None
        Draws the people.
    output : {"pandas", "polars"}
        The kind of every table.

    Returns
    -------
    PaymentsStudy
        ``answers``, ``codebook``, ``fields``, ``base``, ``accounts``, ``ledger``,
        ``maxdiff_tasks``, ``touchpoints``, ``truth`` and ``next_wave()``.

    Raises
    ------
    SegkitError
        For too few respondents, fewer customers than respondents, or a number of segments
        that the made world does not have.

    Notes
    -----
    How hard it is: the best possible classifier, one that knows the made world, finds
    the segment of .85 to .92 of the attentive respondents from their answers and of
    .55 to .60 of the customers from the fields, for every number of segments and any
    seed (see `PaymentsStudy.oracle`). Real studies are often harder: the made segments exist,
    their needs are normally distributed with one covariance, gaps are harmless and the
    weights are right. A method that fails here will fail elsewhere; one that works here
    has yet to prove itself.

    Importance and satisfaction answers are cut from normal latent responses with five
    correlated factors each, by thresholds that bend with a person's acquiescence and
    extremity. Fields come from a small Bayesian network on the segment and a hidden life
    stage.

    Examples
    --------
    >>> from segkit import datasets
    >>> made = datasets.make_payments_study(n_respondents=200, n_customers=1000)
    >>> made
    PaymentsStudy: 200 respondents, 1000 customers, 4 segments
    >>> made.answers.shape, made.base.shape
    ((200, 52), (1000, 12))
    >>> made.truth.names
    ('Set and forget', 'Overview keeper', 'Careful checker', 'On the move')
    """
    n_segments = check_integer(n_segments, name="n_segments", low=3, high=6)
    n_respondents = check_integer(n_respondents, name="n_respondents", low=_FEWEST)
    n_customers = check_integer(n_customers, name="n_customers")
    check_option(output, OUTPUTS, name="output")
    if n_customers < n_respondents:
        raise SegkitError(
            f"n_customers={n_customers} is less than n_respondents={n_respondents}; respondents "
            "are customers of the base, so expected at least as many. Raise n_customers."
        )
    scene = Scene.first(n_segments)
    seed = int(spawn_seeds(random_state, 1)[0])
    people = draw_people(scene.model, np.array(scene.shares), n_customers, seed)
    rng = np.random.default_rng([seed, _PARTS.index("interviews")])
    return PaymentsStudy(
        scene,
        people,
        _FIRST_ID + np.arange(n_customers),
        first_interviews(scene.world, people, n_respondents, rng),
        seed=seed,
        day=_FIRST_DAY,
        moved=np.zeros(n_customers, dtype=bool),
        output=output,
    )
