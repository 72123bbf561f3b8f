"""The published four-segment case: its item means, and liking that mixes words and numbers."""

import pytest

from segkit.datasets import fetch_mcdonalds
from segkit.datasets.mcdonalds import _number_at_end
from segkit.exceptions import SegkitError

# Dolnicar, Gruen and Leisch (2018), section A.3: round(colMeans(MD.x), 2)
MEANS = {
    "yummy": 0.55,
    "convenient": 0.91,
    "spicy": 0.09,
    "fattening": 0.87,
    "greasy": 0.53,
    "fast": 0.90,
    "cheap": 0.60,
    "tasty": 0.64,
    "expensive": 0.36,
    "healthy": 0.20,
    "disgusting": 0.24,
}


@pytest.mark.real_data
def test_item_means_are_the_published_ones(data_folder):
    survey = fetch_mcdonalds()
    assert survey.codebook.names("item") == list(MEANS)
    assert survey.answers[list(MEANS)].mean().round(2).to_dict() == MEANS


@pytest.mark.real_data
def test_liking_is_parsed_from_words_and_numbers(data_folder):
    liking = fetch_mcdonalds().answers["Like"]
    assert liking.notna().all()
    assert liking.min() == -5
    assert liking.max() == 5
    assert (liking == -5).sum() == 152
    assert (liking == 5).sum() == 143
    assert (liking == 3).sum() == 229


@pytest.mark.real_data
def test_liking_is_context_and_no_item(data_folder):
    survey = fetch_mcdonalds()
    assert "Like" not in survey.codebook
    assert survey.context["Like"].scale == (-5, 5)


@pytest.mark.real_data
def test_fields(data_folder):
    answers = fetch_mcdonalds().answers
    assert answers["Gender"].value_counts().to_dict() == {"Female": 788, "Male": 665}
    assert (answers["VisitFrequency"] == "Never").sum() == 131


@pytest.mark.parametrize(
    ("answer", "number"), [("I love it!+5", "+5"), ("-3", "-3"), ("I hate it!-5", "-5"), ("0", "0")]
)
def test_the_number_at_the_end(answer, number):
    assert _number_at_end(answer) == number


def test_an_answer_without_number_is_refused():
    with pytest.raises(SegkitError, match="`Like` holds 'I love it!'"):
        _number_at_end("I love it!")
