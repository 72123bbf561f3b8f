"""What every test may ask for, and the accounts of real data and of simulated rates."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import matplotlib
import pytest
from scipy.stats import binom

matplotlib.use("Agg")

# no deadline: shared machines are slow at times; derandomized: the same examples everywhere
hypothesis.settings.register_profile(
    "segkit",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("segkit")

NO_DATA = "SEGKIT_DATA is not set: real data not available"
REQUIRED = "SEGKIT_REQUIRE_REAL_DATA"
RECORD = "SEGKIT_SIMULATIONS"
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of the public data sets; skips where it is not there."""
    named = os.environ.get("SEGKIT_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip(NO_DATA)
    return Path(named)


def as_postgres(command: list[str]) -> list[str]:
    """Let the server's own user run it where we are root, who may not."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@pytest.fixture(scope="session")
def postgres_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server in a folder of its own, listening on a socket there only."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL server is installed")
    if os.getuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and runuser is not there")
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    programs, data, log = POSTGRES[-1].parent, folder / "data", folder / "log"
    made = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"]
    made += ["--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(as_postgres(made), check=True, capture_output=True, cwd="/")
    start = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    start += ["-c", "listen_addresses=", "-c", "fsync=off"]
    with log.open("w") as out:
        server = subprocess.Popen(as_postgres(start), stdout=out, stderr=out, cwd="/")
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
    for _ in range(150):
        if subprocess.run(ready, check=False).returncode == 0:
            break
        time.sleep(0.2)
    else:
        pytest.fail(log.read_text())
    try:
        yield folder
    finally:
        own = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(own, signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class FrameKind:
    """One of the frame libraries a user may bring."""

    name: str

    def make(self, columns: dict[str, Any]) -> Any:
        """Return a frame of this kind from columns by name."""
        library = pytest.importorskip(self.name)
        return library.DataFrame(columns)


# session scope: the object holds no state, and hypothesis wants no function-scoped fixtures
@pytest.fixture(scope="session", params=["pandas", "polars"])
def frame_kind(request: pytest.FixtureRequest) -> FrameKind:
    """Pandas, then polars: a test that asks for it runs on both."""
    pytest.importorskip(request.param)
    return FrameKind(request.param)


@pytest.fixture
def simulated(request: pytest.FixtureRequest) -> Any:
    """Accept a simulated rate when the nominal value lies in its 99 % binomial interval.

    ``simulated(what, hits, n_runs, nominal)`` asserts it and keeps the figure for the record that
    `make slow` writes; ``n_checks`` widens the interval so that it holds for all of several
    checks together; ``at_most=True`` accepts any smaller rate.
    """

    def accept(
        what: str,
        hits: float,
        n_runs: int,
        nominal: float,
        *,
        n_checks: int = 1,
        at_most: bool = False,
    ) -> None:
        tail = 0.005 / n_checks
        low, high = (float(binom.ppf(p, n_runs, nominal)) for p in (tail, 1.0 - tail))
        rate = float(hits) / n_runs  # plain numbers: they travel from worker to report
        found = {"what": what, "nominal": nominal, "rate": rate, "runs": n_runs}
        accepted = {"from": 0.0 if at_most else low / n_runs, "to": high / n_runs}
        request.node.user_properties.append(("simulated", {**found, **accepted}))
        assert accepted["from"] <= found["rate"] <= accepted["to"], found

    return accept


class ClosesFigures:
    """Closes every figure after every test, the doctests of the package included."""

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close("all")


def pytest_configure(config: pytest.Config) -> None:
    # a hook of this file would see the tests below this folder only
    config.pluginmanager.register(ClosesFigures(), "segkit-closes-figures")
    _required()


def _required() -> int:
    """How many tests on real data must pass, by the environment; 0 asks for none."""
    asked = os.environ.get(REQUIRED, "0") or "0"
    if not asked.isdigit():
        raise pytest.UsageError(f"{REQUIRED} is {asked!r}; expected a whole number of tests.")
    return int(asked)


def _reports(reporter: Any, outcome: str) -> list[Any]:
    return [r for r in reporter.stats.get(outcome, []) if hasattr(r, "keywords")]


def _real_data_passed(config: pytest.Config) -> int | None:
    """Count them where all reports arrive; None in a worker of xdist, which sees a part."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return None
    passed = _reports(reporter, "passed")
    return sum(report.when == "call" and "real_data" in report.keywords for report in passed)


def _skip_reason(report: Any) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)


# first, so that the summary below this line and the exit status say the same
@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    passed = _real_data_passed(session.config)
    if passed is not None and passed < _required() and exitstatus in (0, 5):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _record_simulations(reporter: Any, path: Path) -> None:
    """Put the simulated rates of this run into the record; those of other tests stay."""
    known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    for report in _reports(reporter, "passed"):
        rates = [value for name, value in report.user_properties if name == "simulated"]
        if report.when == "call" and rates:
            known[report.nodeid] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "rates": rates}
    path.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", "utf-8")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    passed = _real_data_passed(config)
    if passed is None:
        return
    if os.environ.get(RECORD):
        _record_simulations(terminalreporter, Path(os.environ[RECORD]))
    terminalreporter.section("real data and skips")
    terminalreporter.write_line(f"{passed} tests on real data passed")
    skipped = Counter(_skip_reason(r) for r in _reports(terminalreporter, "skipped"))
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"{count} skipped: {reason}")
    if passed < _required():
        terminalreporter.write_line(
            f"FAILED: {REQUIRED} asks for at least {_required()} tests on real data", red=True
        )
