"""study.toml: what it may hold, and what it says when it holds something else."""

import pytest

from segkit.exceptions import SegkitError
from segkit.study import StudyConfig, read_config


@pytest.fixture
def write(tmp_path):
    def _write(text):
        (tmp_path / "study.toml").write_text(text, "utf-8")
        return tmp_path

    return _write


def test_an_empty_file_gives_the_defaults(write):
    assert read_config(write("")) == StudyConfig()


def test_settings_are_read_from_their_tables(write):
    config = read_config(
        write('[segments]\nn_segments = 2\nnames = ["Planners", "Hurried"]\n[needs]\nn_factors = 3')
    )
    assert config.n_segments == 2
    assert config.names == ("Planners", "Hurried")
    assert config.n_factors == 3


def test_a_folder_without_study_names_the_command(tmp_path):
    with pytest.raises(SegkitError, match=r"holds no study.toml.*segkit new"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[study", "cannot be read as TOML"),
        ("[segment]\nn = 4", r"'segment' is not known; expected one of 'study'"),
        ("[segments]\nn = 4", r"'n' is not known; expected one of 'model', 'n_segments', 'names'"),
        ("[segments]\nn_segments = 1", r"n_segments=1 was given; expected a whole number from 2"),
        ("[segments]\nn_segments = 2.5", r"n_segments=2.5 was given"),
        ('[segments]\nn_segments = 3\nnames = ["A"]', r"names holds 1 names for 3 segments"),
        ('[needs]\ncorrelation = "kendall"', r"correlation='kendall' is not known"),
        ("[personas]\nsmallest = 1", r"smallest=1 was given; expected a whole number at least 2"),
        ("[needs]\nn_factors = 0", r"n_factors=0 was given"),
        ('[needs]\nratings = "ipsative"', r"ratings='ipsative' is not known"),
        (
            '[needs]\nratings = "relative"\ncorrelation = "polychoric"',
            r"polychoric.*ratings=\"relative\".*are no categories",
        ),
        ("[typing]\nabstain_below = 40", r"abstain_below=40 was given; expected a share"),
        ('[quality]\ndrop_careless = "yes"', r"drop_careless='yes' is not known"),
        ("study = 3", r"`study` in study.toml is a value; expected a table"),
        ("[data]\nanswers = 7", r"answers=7 in study.toml was given; expected a text"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(write, text, message):
    with pytest.raises(SegkitError, match=message):
        read_config(write(text))
