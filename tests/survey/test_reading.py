import gzip

import pandas as pd
import pytest

from segkit import SegkitError
from segkit.exceptions import MissingExtraError
from segkit.survey import Codebook, Item, read_survey, reading

ROWS = "who,q1,q2,q3\n1,5,4,-1\n2,1,2,3\n3,3,3,2\n"


@pytest.fixture
def wave(tmp_path):
    path = tmp_path / "wave1.csv"
    path.write_text(ROWS)
    return path


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_a_csv_is_read_as_the_kind_that_was_asked_for(wave, output):
    library = pytest.importorskip(output)
    survey = read_survey(wave, output=output)
    assert isinstance(survey.answers, library.DataFrame)
    assert survey.answers["q3"].to_list() == [-1, 3, 2]
    assert survey.codebook.names() == ["q1", "q2", "q3"]
    assert repr(survey) == "Survey of 3 rows and 4 columns, 3 of them in the codebook"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_recognised(wave, separator):
    wave.write_text(ROWS.replace(",", separator))
    assert list(read_survey(wave).answers) == ["who", "q1", "q2", "q3"]


def test_the_mark_of_spreadsheets_is_taken_off(wave):
    wave.write_bytes(b"\xef\xbb\xbf" + ROWS.encode())
    assert read_survey(wave).answers.columns[0] == "who"


def test_a_compressed_csv_is_read(tmp_path):
    path = tmp_path / "wave1.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    assert len(read_survey(path).answers) == 3


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_a_parquet_is_read(tmp_path, output):
    pytest.importorskip(output)
    path = tmp_path / "wave1.parquet"
    pd.DataFrame({"q1": [1, 2, 3], "q2": [3, 1, 1], "q3": [2, 2, 1]}).to_parquet(path)
    survey = read_survey(path, output=output)
    assert survey.answers["q1"].to_list() == [1, 2, 3]
    assert survey.codebook["q1"].scale == (1, 3)


def test_an_excel_sheet_is_read(tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "wave1.xlsx"
    pd.DataFrame({"q1": [1, 2, 3], "q2": [3, 1, 1], "q3": [2, 2, 1]}).to_excel(path, index=False)
    assert read_survey(path).codebook["q3"].scale == (1, 3)


@pytest.fixture
def stata(tmp_path):
    path = tmp_path / "wave1.dta"
    words = {1: "never", 2: "sometimes", 3: "often", 4: "always"}
    frame = pd.DataFrame({"q1": [1, 2, 3], "q2": [3, 3, 1], "sex": [2, 1, 2], "cost": [0.5, 1, 2]})
    frame.to_stata(
        path,
        write_index=False,
        value_labels={"q1": words, "q2": words, "sex": {1: "man", 2: "woman"}},
        variable_labels={"q1": "How often do you pay late?"},
    )
    return path


def test_labels_and_wordings_of_a_stata_file_go_into_the_codebook(stata):
    survey = read_survey(stata, items="q*", fields="sex")
    # codes stay codes, and a label that nobody chose stays a category
    assert survey.answers["q1"].tolist() == [1, 2, 3]
    assert survey.codebook["q1"].categories == (1, 2, 3, 4)
    assert survey.codebook["q2"].labels[4] == "always"
    assert survey.codebook["q1"].wording == "How often do you pay late?"
    assert survey.codebook.clean(survey.answers)["sex"].tolist() == ["woman", "man", "woman"]


def test_a_stata_file_whose_labels_repeat_is_still_read(stata, tmp_path, monkeypatch):
    read = pd.read_stata

    def refuses_words(path, **options):
        if not options:
            raise ValueError("Value labels for column q1 are not unique.")
        return read(path, **options)

    monkeypatch.setattr(pd, "read_stata", refuses_words)
    survey = read_survey(stata, items="q*")
    assert survey.codebook["q1"].labels[4] == "always"


def test_a_stata_file_goes_to_polars_too(stata):
    polars = pytest.importorskip("polars")
    assert isinstance(read_survey(stata, output="polars").answers, polars.DataFrame)


def test_labels_of_an_spss_file_go_into_the_codebook(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    path = tmp_path / "wave1.sav"
    frame = pd.DataFrame({"q1": [1.0, 2.0, 3.0], "q2": [3.0, 3.0, 1.0]})
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={"q1": "How often?"},
        variable_value_labels={"q1": {1.0: "never", 4.0: "always"}},
    )
    survey = read_survey(path, items="q*")
    assert survey.codebook["q1"].labels == {1: "never", 4: "always"}
    assert survey.codebook["q1"].wording == "How often?"


def test_an_absent_package_is_named_with_its_install_command(tmp_path, monkeypatch):
    def absent(module, *, extra):
        raise MissingExtraError(f'pip install "segkit[{extra}]"')

    monkeypatch.setattr(reading, "require", absent)
    path = tmp_path / "wave1.sav"
    path.write_bytes(b"$FL2")
    with pytest.raises(MissingExtraError, match=r"segkit\[files\]"):
        read_survey(path)


def test_a_codebook_that_is_given_is_used(wave, tmp_path):
    codebook = Codebook([Item("q1", scale=(1, 7))])
    assert read_survey(wave, codebook).codebook is codebook
    codebook.to_yaml(tmp_path / "codebook.yaml")
    assert read_survey(wave, tmp_path / "codebook.yaml").codebook == codebook


def test_a_table_without_batteries_comes_with_an_empty_codebook(wave):
    wave.write_text("age,city\n31,a\n52,b\n")
    survey = read_survey(wave)
    assert len(survey.codebook) == 0
    assert survey.codebook.assumptions[0].startswith("None of the 2 columns looks like a battery")


def test_items_that_were_asked_for_must_be_there(wave):
    with pytest.raises(SegkitError, match=r"items names 'imp_\*', which fits no free column"):
        read_survey(wave, items="imp_*")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("wave1.csv", b"", r"is empty \(0 bytes\)"),
        ("wave1.csv", b"q1,q2\n", "holds 0 rows; expected a header and at least one respondent"),
        ("wave1.csv", b"\n\nq1\n1\n", "begins with an empty line"),
        ("wave1.csv", b"q1,q1\n1,2\n", "names the column `q1` more than once"),
        (
            "wave1.csv",
            b"q1\n\xe9\xe8\n",
            r"is not encoded in utf-8 \(byte \d+\)\. Give the",
        ),
        ("wave1.csv", b"q1,q2\n1,2,3,4\n1,2\n1,2,3,4,5\n", r"does not read as \.csv"),
        ("wave1.parquet", b"PAR1 but not", r"does not read as \.parquet"),
        ("wave1.dta", b"not stata", r"does not read as \.dta"),
        ("wave1.csv.gz", b"q1\n1\n", r"does not read as \.csv"),
        ("wave1.txt", b"q1\n1\n", r"ends in '\.txt'; expected one of \.csv, \.parquet"),
        ("wave1", b"q1\n1\n", "ends in 'nothing'; expected one of"),
        ("wave1.dta.gz", b"q1\n1\n", r"ends in '\.gz'; expected one of"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SegkitError, match=message):
        read_survey(path)


def test_another_encoding_can_be_given(wave):
    wave.write_bytes("q1,città\n1,Forlì\n".encode("cp1252"))
    assert list(read_survey(wave, encoding="cp1252").answers) == ["q1", "città"]


def test_an_absent_file_and_an_unknown_output_are_named(wave, tmp_path):
    with pytest.raises(SegkitError, match=r"The survey `.*none\.csv` is not a file"):
        read_survey(tmp_path / "none.csv")
    with pytest.raises(SegkitError, match="output='arrow' is not known"):
        read_survey(wave, output="arrow")


@pytest.mark.real_data
def test_real_surveys_are_read(data_folder):
    bfi = read_survey(data_folder / "bfi" / "bfi.csv.gz", id="rownames")
    assert len(bfi.answers) == 2800
    assert len(bfi.codebook.names("item")) == 25
    assert {i.scale for i in bfi.codebook if i.role == "item"} == {(1, 6)}
    assert bfi.codebook["A1"].block == "A"
