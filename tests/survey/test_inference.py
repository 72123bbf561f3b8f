import numpy as np
import pandas as pd
import pytest

from segkit import SegkitError
from segkit.survey import Codebook


def table(frame_kind, **more):
    rng = np.random.default_rng(0)
    columns = {f"q_{j}": rng.integers(1, 6, 60).tolist() for j in range(1, 5)}
    columns["age"] = rng.integers(18, 90, 60).tolist()
    return frame_kind.make({**columns, **more})


def test_named_items_get_the_scale_of_their_battery(frame_kind):
    answers = table(frame_kind, q_5=[2, 3] * 30)
    codebook = Codebook.infer(answers, items="q_*", fields=["age"])
    assert codebook.names("item") == ["q_1", "q_2", "q_3", "q_4", "q_5"]
    # nobody chose 1 or 5 on q_5, yet its scale is that of its battery
    assert codebook["q_5"].scale == (1, 5)
    assert codebook["q_5"].block == "q"
    assert codebook["age"].role == "field"
    assert codebook["age"].scale is None
    assert codebook.assumptions == [
        "The scale of `q_1`, `q_2`, `q_3` and 2 more was taken to be 1-5, the lowest and highest "
        "answer seen."
    ]


def test_negative_codes_beside_a_positive_scale_are_missing(frame_kind):
    answers = table(frame_kind, q_5=[2, 3, -1, -2, 5, 1] * 10)
    codebook = Codebook.infer(answers, items="q_*")
    assert codebook["q_5"].missing == (-2, -1)
    assert "-2, -1 in `q_5` was taken to stand for no answer." in codebook.assumptions
    assert np.isnan(codebook.clean(answers)["q_5"].to_numpy()).sum() == 20


def test_98_and_99_beside_a_short_scale_are_missing(frame_kind):
    codebook = Codebook.infer(table(frame_kind, q_5=[2, 3, 98, 99, 5, 1] * 10), items="q_*")
    assert codebook["q_5"].missing == (98, 99)
    assert codebook["q_5"].scale == (1, 5)


def test_a_scale_around_zero_keeps_its_negative_codes():
    codebook = Codebook.infer(pd.DataFrame({"q1": [-2, -1, 0], "q2": [0, -1, -2]}), items="q*")
    assert codebook["q1"].scale == (-2, 0)
    assert codebook["q1"].missing == ()


def test_roles_of_weight_and_id_and_of_importance_and_satisfaction(frame_kind):
    rated = {f"{p}_{j}": [1, 2, 3, 4, 5] for p in ("imp", "sat") for j in (1, 2, 3)}
    answers = frame_kind.make({"who": list("abcde"), "w": [1.0, 2.0, 1.0, 1.0, 0.5], **rated})
    codebook = Codebook.infer(answers, weight="w", id="who")
    assert codebook.names("id") == ["who"]
    assert codebook.names("weight") == ["w"]
    assert codebook.names("importance") == ["imp_1", "imp_2", "imp_3"]
    assert codebook.names("satisfaction") == ["sat_1", "sat_2", "sat_3"]
    assert "their role to be satisfaction" in " ".join(codebook.assumptions)


def test_batteries_are_found_where_no_items_are_named(frame_kind):
    answers = table(frame_kind, sex=[1, 2] * 30, yes_1=[0, 1] * 30, yes_2=[0, 1] * 30)
    codebook = Codebook.infer(answers)
    assert codebook.names() == ["q_1", "q_2", "q_3", "q_4"]
    assert codebook.assumptions[0].startswith("No items were named: `q_1`, `q_2`, `q_3`, `q_4`")


def test_columns_that_fit_the_pattern_but_are_no_ratings_are_left_out_aloud(frame_kind):
    answers = table(frame_kind, q_text=["a", "b"] * 30, q_cost=[0.5, 1.5] * 30)
    codebook = Codebook.infer(answers, items=["q_*"])
    assert codebook.names() == ["q_1", "q_2", "q_3", "q_4"]
    assert codebook.assumptions[0].startswith("`q_text`, `q_cost` fit the names of the items")


def test_a_nominal_field_keeps_the_labels_of_its_file():
    answers = pd.DataFrame({"q1": [1, 2, 3], "q2": [3, 2, 1], "sex": [1, 2, -9]})
    labels = {"sex": {1: "man", 2: "woman"}, "q1": {1: "never", 4: "always", -1: "refused"}}
    codebook = Codebook.infer(
        answers, items="q*", fields="sex", labels=labels, wordings={"q1": "How often?"}
    )
    assert codebook["sex"].labels == {1: "man", 2: "woman"}
    assert codebook["sex"].missing == (-9,)
    assert codebook["q1"].labels == {1: "never", 4: "always"}
    assert codebook["q1"].wording == "How often?"
    # the label says that there is a fourth step, which nobody chose
    assert codebook["q2"].scale == (1, 4)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"items": "z*"}, r"items names 'z\*', which fits no free column; the columns are `q_1`"),
        ({"items": "q_*", "fields": "zz"}, "fields names 'zz', which fits no free column"),
        ({"items": ["q_1", "age"]}, "`age` cannot be a rated item: expected whole numbers with at"),
        ({"items": ["q_1", 3]}, "items=.* was given; expected a list of names"),
        ({"items": "q_*", "weight": "w"}, "answers lacks `w`"),
        ({"items": "q_1", "fields": "q_1"}, "items names 'q_1', which fits no free column"),
    ],
)
def test_what_cannot_be_found_is_named(frame_kind, asked, message):
    with pytest.raises(SegkitError, match=message):
        Codebook.infer(table(frame_kind), **asked)


def test_nothing_that_looks_like_an_item(frame_kind):
    with pytest.raises(SegkitError, match=r"None of the 2 columns looks like a battery .* Name"):
        Codebook.infer(frame_kind.make({"age": [31, 52], "city": ["a", "b"]}))


def test_a_battery_with_one_answer_is_refused():
    with pytest.raises(SegkitError, match="`q1`, `q2` holds 3 everywhere"):
        Codebook.infer(pd.DataFrame({"q1": [3, 3], "q2": [3, 3]}), items="q*")


@pytest.mark.real_data
def test_the_financial_well_being_file_is_understood(data_folder):
    path = data_folder / "cfpb_nfwbs_2016" / "NFWBS_PUF_2016_data.csv.gz"
    answers = pd.read_csv(path)
    codebook = Codebook.infer(
        answers, items=["FWB1_*", "FWB2_*"], fields=["agecat", "PPREG4"], weight="finalwt"
    )
    assert len(codebook.names("item")) == 10
    assert {item.scale for item in codebook if item.role == "item"} == {(1, 5)}
    clean = codebook.clean(answers)
    assert clean[codebook.names("item")].min().min() == 1
    assert any("-1" in told for told in codebook.assumptions)
    found = Codebook.infer(answers).names()
    assert {"FWB1_1", "FS1_7", "MATERIALISM_3"} <= set(found)
    assert not {"PUF_ID", "finalwt", "agecat", "FWBscore", "PRODHAVE_1"} & set(found)
