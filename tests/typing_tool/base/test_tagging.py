import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load


@pytest.fixture(scope="module")
def base(people):
    made = people(3000, seed=8)
    extra = {"customer_id": [f"c{i:05d}" for i in range(3000)], "note": [None] * 3000}
    return {**extra, **made.columns}


def as_rows(frame):
    """Every value of a frame of any kind as plain Python, gaps as None."""
    table = pa.Table.from_pandas(frame) if hasattr(frame, "iloc") else frame
    table = table.to_arrow() if hasattr(table, "to_arrow") else table
    return {
        name: [None if v != v else v for v in table[name].to_pylist()]
        for name in table.column_names
    }


ADDED = ["segment", "probability", "second", "probability_0", "probability_1", "probability_2"]
ADDED = [*ADDED, "reason"]


def test_a_tagged_frame_is_the_frame_with_its_tags(frame_kind, shy_tool, base):
    frame = frame_kind.make(base)
    tagged = shy_tool.tag(frame)
    assert type(tagged) is type(frame)
    assert list(tagged.columns) == [*base, *ADDED]
    rows = as_rows(tagged)
    probabilities = shy_tool.predict_proba(frame)
    np.testing.assert_array_equal(rows["probability_1"], probabilities[:, 1])
    np.testing.assert_array_equal(rows["probability"], probabilities.max(axis=1))
    segments = np.array([-1 if s is None else s for s in rows["segment"]])
    np.testing.assert_array_equal(segments, shy_tool.predict(frame))
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    # rounding of equal shares aside, the runner-up is the second largest
    assert (np.array(rows["second"]) == ranked[:, 1]).mean() > 0.99
    assert rows["customer_id"] == base["customer_id"]


def test_untagged_customers_have_a_reason_and_others_none(shy_tool, base):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(base).with_columns(
        region=polars.when(polars.arange(0, 3000) % 3 == 0)
        .then(polars.lit("atlantis"))
        .otherwise(polars.col("region")),
    )
    gaps = polars.arange(0, 3000) % 3 == 1
    frame = frame.with_columns(
        polars.when(gaps).then(None).otherwise(polars.col(c)).alias(c)
        for c in ("age", "region", "plan")
    )
    tagged = shy_tool.tag(frame)
    untagged = tagged.filter(polars.col("segment").is_null())
    assert untagged["reason"].null_count() == 0
    assert (untagged["probability"] < 0.55).all()
    rest = tagged.filter(polars.col("segment").is_not_null())
    assert rest["reason"].null_count() == rest.height
    row = untagged.with_row_index("at")["customer_id"].str.slice(1).cast(int).to_numpy() % 3
    reasons = untagged["reason"].to_numpy()
    assert set(reasons[row == 0]) == {"unseen level"}
    assert set(reasons[row == 1]) == {"too many gaps"}
    assert set(reasons[row == 2]) == {"low confidence"}


def test_frames_and_files_get_the_same_tags_in_any_batches(shy_tool, base, tmp_path):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = polars.DataFrame(base)
    expected = as_rows(shy_tool.tag(frame))
    assert as_rows(shy_tool.tag(pandas.DataFrame(base))) == expected
    source = tmp_path / "base.parquet"
    frame.write_parquet(source)
    for batch_rows in (100, 1777, 10**6):
        report = shy_tool.tag(source, tmp_path / "out.parquet", batch_rows=batch_rows)
        assert as_rows(polars.read_parquet(tmp_path / "out.parquet")) == expected
        assert report.n_rows == 3000
    # several files, a folder, a frame written to a file, and categories
    (tmp_path / "parts").mkdir()
    for part in range(3):
        rows = frame[part * 1000 : part * 1000 + 1000]
        rows.write_parquet(tmp_path / "parts" / f"{part}.parquet")
    shy_tool.tag(tmp_path / "parts", tmp_path / "out2.parquet")
    assert as_rows(polars.read_parquet(tmp_path / "out2.parquet")) == expected
    shy_tool.tag(frame, tmp_path / "out3.parquet")
    assert as_rows(polars.read_parquet(tmp_path / "out3.parquet")) == expected
    categories = frame.with_columns(polars.col("region", "plan").cast(polars.Categorical))
    categories.write_parquet(source)
    shy_tool.tag(source, tmp_path / "out4.parquet", batch_rows=500)
    out = polars.read_parquet(tmp_path / "out4.parquet").with_columns(
        polars.col("region", "plan").cast(polars.String)
    )
    assert as_rows(out) == expected


def test_a_part_whose_field_is_all_gaps(shy_tool, base, tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(base).sort("region", nulls_last=False)
    frame.write_parquet(tmp_path / "base.parquet")
    shy_tool.tag(tmp_path / "base.parquet", tmp_path / "out.parquet", batch_rows=50)
    assert as_rows(polars.read_parquet(tmp_path / "out.parquet")) == as_rows(shy_tool.tag(frame))


def test_types_of_the_new_columns(shy_tool, base, tmp_path):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    tagged = shy_tool.tag(pandas.DataFrame(base))
    assert str(tagged["segment"].dtype) == str(tagged["second"].dtype) == "Int64"
    assert str(tagged["probability"].dtype) == "float64"
    out = shy_tool.tag(polars.DataFrame(base))
    assert out["segment"].dtype == polars.Int64
    assert out["reason"].dtype == polars.String
    polars.DataFrame(base).write_parquet(tmp_path / "base.parquet")
    shy_tool.tag(tmp_path / "base.parquet", tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    assert [str(schema.field(c).type) for c in ("segment", "probability")] == ["int64", "double"]


def test_text_segments_are_text(people, base):
    polars = pytest.importorskip("polars")
    made = people(200)
    names = np.array(["Planners", "Avoiders", "Drifters"])[made.segments]
    tool = TypingTool(n_trees=5, n_folds=2, abstain_below=0.5)
    tool.fit(polars.DataFrame(made.columns), names)
    tagged = tool.tag(polars.DataFrame(base))
    assert set(tagged["segment"].drop_nulls()) <= {"Planners", "Avoiders", "Drifters"}
    assert "probability_Planners" in tagged.columns
    predicted = tool.predict(polars.DataFrame(base))
    assert tagged["segment"].to_list() == list(predicted)


def test_pandas_rows_keep_their_labels(small_tool, base):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(base).set_index("customer_id").iloc[::-1]
    tagged = small_tool.tag(frame)
    assert tagged.index.equals(frame.index)
    assert "segment" not in frame.columns  # what was given is left as it was


def test_the_report_counts(shy_tool, base, tmp_path):
    polars = pytest.importorskip("polars")
    polars.DataFrame(base).write_parquet(tmp_path / "base.parquet")
    report = shy_tool.tag(tmp_path / "base.parquet", tmp_path / "out.parquet")
    table = report.frame()
    assert list(table["segment"]) == ["0", "1", "2", "untagged"]
    assert table["n"].sum() == 3000
    assert "3000 customers tagged in" in report.summary()
    assert "left untagged" in report.plot().get_title(loc="left")


@pytest.mark.parametrize("as_file", [False, True])
def test_what_is_wrong_with_a_base_is_named(shy_tool, base, tmp_path, as_file):
    polars = pytest.importorskip("polars")

    def tag(frame, **options):
        if not as_file:
            return shy_tool.tag(frame, **options)
        frame.write_parquet(tmp_path / "base.parquet")
        return shy_tool.tag(
            tmp_path / "base.parquet", tmp_path / "out.parquet", batch_rows=700, **options
        )

    frame = polars.DataFrame(base)
    for bad, text in (
        (frame.drop("plan"), "lacks `plan`"),
        (frame.with_columns(segment=1, reason=2), "The base has `segment`, `reason` already"),
        (frame.with_columns(age=polars.lit("40")), r"`age` holds text \(String\) in the base, but"),
        (frame.head(0), "has 0 rows"),
        (
            frame.with_columns(
                age=polars.when(polars.arange(0, 3000) == 2900)
                .then(float("inf"))
                .otherwise(polars.col("age"))
            ),
            "`age` in the base holds infinity in row 2900",
        ),
    ):
        with pytest.raises(SegkitError, match=text):
            tag(bad)
    twice = frame.with_columns(
        customer_id=polars.when(polars.arange(0, 3000) == 2999)
        .then(polars.lit("c00003"))
        .otherwise(polars.col("customer_id"))
    )
    tag(twice)
    with pytest.raises(
        SegkitError, match=r"`customer_id` of the base holds 'c00003' more than once \(rows 3 and"
    ):
        tag(twice, id="customer_id")
    gap = frame.with_columns(customer_id=polars.col("customer_id").replace("c00777", None))
    with pytest.raises(SegkitError, match="`customer_id` of the base is missing in row 777"):
        tag(gap, id="customer_id")
    with pytest.raises(SegkitError, match=r"[Tt]he base lacks `ID`"):
        tag(frame, id="ID")


def test_ids_may_be_whole_numbers(small_tool, base):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(base | {"customer_id": np.arange(3000)})
    small_tool.tag(frame, id="customer_id")
    frame.loc[10, "customer_id"] = 20
    with pytest.raises(SegkitError, match=r"holds 20 more than once \(rows 10 and 20\)"):
        small_tool.tag(frame, id="customer_id")


def test_files_need_a_target(small_tool, base, tmp_path):
    polars = pytest.importorskip("polars")
    polars.DataFrame(base).write_parquet(tmp_path / "base.parquet")
    with pytest.raises(SegkitError, match=r"no file to write to. Give out="):
        small_tool.tag(tmp_path / "base.parquet")
    with pytest.raises(SegkitError, match="is the base itself"):
        small_tool.tag(tmp_path / "base.parquet", tmp_path / "base.parquet")
    with pytest.raises(SegkitError, match=r"The folder .* does not exist"):
        small_tool.tag(tmp_path / "base.parquet", tmp_path / "no" / "out.parquet")
    with pytest.raises(SegkitError, match="batch_rows=0 was given"):
        small_tool.tag(tmp_path / "base.parquet", tmp_path / "o.parquet", batch_rows=0)
    with pytest.raises(
        SegkitError, match=r"the base is a dict .* expected a pandas or polars frame"
    ):
        small_tool.tag({"age": [1]})


def test_drafts_of_killed_runs_are_cleared_away(small_tool, base, tmp_path):
    polars = pytest.importorskip("polars")
    polars.DataFrame(base).write_parquet(tmp_path / "base.parquet")
    old, young, other = (
        tmp_path / name
        for name in (".out.parquet.aaa.part", ".out.parquet.bbb.part", ".other.parquet.c.part")
    )
    for draft in (old, young, other):
        draft.write_bytes(b"half")
    hours_ago = time.time() - 7200
    for draft in (old, other):
        os.utime(draft, (hours_ago, hours_ago))
    small_tool.tag(tmp_path / "base.parquet", tmp_path / "out.parquet")
    assert not old.exists()
    assert young.exists()  # another run may be at work on it
    assert other.exists()


CHILD = """
    import pathlib, sys
    from segkit.typing_tool import load
    tool = load(sys.argv[1])
    tool.tag(sys.argv[2], sys.argv[3], batch_rows=int(sys.argv[4]))
    # not ru_maxrss: that of a child begins with the memory of the process that started it
    status = pathlib.Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def child(*arguments, **options):
    command = [sys.executable, "-c", textwrap.dedent(CHILD), *map(str, arguments)]
    environment = os.environ | {"TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)


def write_large(base, path, n_copies):
    table = pa.table(base)
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(n_copies):
            writer.write_table(table)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
def test_a_killed_run_leaves_no_half_written_file(small_tool, base, tmp_path):
    tool = small_tool.save(tmp_path / "tool.segkit")
    write_large(base, tmp_path / "base.parquet", 300)
    target = tmp_path / "out.parquet"
    run = child(tool, tmp_path / "base.parquet", target, 1000)
    deadline = time.monotonic() + 60
    drafts = []
    # killed as soon as a part of the result is on disk
    while time.monotonic() < deadline and not any(d.stat().st_size > 100_000 for d in drafts):
        time.sleep(0.02)
        drafts = list(tmp_path.glob(".out.parquet.*.part"))
        assert run.poll() is None, "it ended before it could be killed"
    run.kill()
    run.communicate()
    assert not target.exists()
    assert [d.name[-5:] for d in tmp_path.glob(".out.parquet.*")] == [".part"]


def test_memory_is_bounded(small_tool, base, tmp_path):
    tool = small_tool.save(tmp_path / "tool.segkit")
    peaks = []
    for n_copies in (20, 100):
        write_large(base, tmp_path / "base.parquet", n_copies)
        run = child(tool, tmp_path / "base.parquet", tmp_path / "out.parquet", 20_000)
        out, _ = run.communicate(timeout=120)
        assert run.returncode == 0
        peaks.append(float(out.split()[-1]))
        assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 3000 * n_copies
    assert peaks[1] - peaks[0] < 120  # MB, for five times the rows
    assert peaks[1] < 1000


@pytest.mark.slow
def test_a_million_rows_stay_below_a_gigabyte(small_tool, base, tmp_path):
    tool = small_tool.save(tmp_path / "tool.segkit")
    write_large(base, tmp_path / "base.parquet", 334)
    run = child(tool, tmp_path / "base.parquet", tmp_path / "out.parquet", 131_072)
    out, _ = run.communicate(timeout=600)
    assert run.returncode == 0
    assert float(out.split()[-1]) < 1000
    assert load(tool).evaluation_.n_respondents == 600


def test_reasons_and_sets_are_the_same_in_files(shy_tool, base, tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(base).with_columns(
        region=polars.when(polars.arange(0, 3000) % 3 == 0)
        .then(polars.lit("atlantis"))
        .otherwise(polars.col("region")),
        plan=polars.when(polars.arange(0, 3000) % 3 == 1).then(None).otherwise(polars.col("plan")),
    )
    gaps = polars.arange(0, 3000) % 3 == 1
    frame = frame.with_columns(
        polars.when(gaps).then(None).otherwise(polars.col(c)).alias(c) for c in ("age", "income")
    )
    frame.write_parquet(tmp_path / "base.parquet")
    shy_tool.tag(tmp_path / "base.parquet", tmp_path / "out.parquet", sets=0.9, batch_rows=700)
    tagged = shy_tool.tag(frame, sets=0.9)
    assert as_rows(polars.read_parquet(tmp_path / "out.parquet")) == as_rows(tagged)
    reasons = tagged["reason"].to_list()
    assert {"low confidence", "unseen level", "too many gaps", None} == set(reasons)
    for row in range(0, 3000, 211):
        one = shy_tool.score_one({c: frame[c][row] for c in shy_tool.feature_names_in_})
        assert one["reason"] == reasons[row]
    with pytest.raises(SegkitError, match="The base has `set` already"):
        shy_tool.tag(frame.with_columns(set=1), sets=0.9)
    with pytest.raises(SegkitError, match=r"sets=9 was given; expected a share"):
        shy_tool.tag(frame, sets=9)
    shy_tool.tag(frame.with_columns(set=1))
