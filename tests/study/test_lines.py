"""Each line of a run states the figures of its step."""

import re

from segkit.study import lines


def test_every_line_states_the_figures_of_its_step(whole_run):
    study, told = whole_run
    n = len(study.answers.weight)
    sizes = ", ".join(str((study.segments.labels == k).sum()) for k in range(4))
    expected = [
        rf"600 respondents, {n} kept; 24 items, 11 fields",
        r"5 needs \(polychoric correlations, KMO 0\.\d\d\)",
        rf"4 segments of {sizes} respondents",
        r"accuracy \d+ % \(largest segment: \d+ %\), kappa -?0\.\d\d",
        r"3,000 rows tagged in tagged\.parquet; sizes (\d+ %, ){3}\d+ %",
        r"Jaccard of the weakest segment [01]\.\d\d; fields against the base: \w+",
    ]
    found = [line for line in told if line.startswith("    ")]
    for line, pattern in zip(found, [*expected, "left out"], strict=True):
        assert re.fullmatch(rf"    {pattern} \(\d+\.\d s\)", line)


def test_without_a_base_no_drift_is_told(whole_run):
    study = whole_run[0]
    trust = type(study.trust)(study.trust.stability, None)
    assert re.fullmatch(r"Jaccard of the weakest segment [01]\.\d\d", lines.trust_line(trust))


def test_a_kept_step_says_so():
    assert lines.kept_word(True) == "; kept from the last run"
    assert lines.kept_word(False) == ""
