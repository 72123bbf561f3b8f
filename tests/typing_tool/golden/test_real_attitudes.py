"""How few of the 41 attitude items of the financial well-being survey place people.

Attitudes are all items but those of money management (what people did), outlook and life.
"""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from segkit import datasets
from segkit.typing_tool import golden_questions

NO_ATTITUDES = ("money management", "outlook", "life")


@pytest.fixture(scope="module")
def attitudes(data_folder):
    survey = datasets.fetch_financial_wellbeing()
    book = survey.codebook
    names = [n for n in book.names("item") if book[n].block not in NO_ATTITUDES]
    items = book.clean(survey.answers)[names].astype(float)
    items = items.fillna(items.median())
    z = ((items - items.mean()) / items.std(ddof=0)).to_numpy()
    return items, z, KMeans(4, n_init=20, random_state=0).fit_predict(z), book


@pytest.fixture(scope="module")
def found(attitudes):
    items, _, segments, _ = attitudes
    return golden_questions(items, segments, max_items=8)


def greedy(z, segments, n):
    """Forward selection by the log loss of plain logits."""
    chosen = []
    for _ in range(n):
        loss = {}
        for j in set(range(z.shape[1])) - set(chosen):
            own = z[:, [*chosen, j]]
            fitted = LogisticRegression().fit(own, segments)
            loss[j] = log_loss(segments, fitted.predict_proba(own))
        chosen.append(min(loss, key=loss.get))
    return chosen


@pytest.mark.real_data
def test_eight_questions_place_four_people_in_five(attitudes, found):
    items, _, _, book = attitudes
    assert items.shape[1] == 41
    table = found.frame()
    assert table["accuracy"].iloc[-1] >= 0.80
    assert table["ceiling"].iloc[-1] > 0.95
    assert (table["gain"] > 0).all()
    assert book[found.items(1)[0]].wording in found.questionnaire(8, book)


@pytest.mark.real_data
@pytest.mark.slow
def test_the_tool_and_its_paper_are_those_of_the_list(attitudes, found):
    row = found.frame().iloc[-1]
    assert row["low"] < found.tool(8).evaluation_.accuracy < row["high"]
    assert found.paper(8, attitudes[-1]).count("<caption>") == 10


@pytest.mark.real_data
@pytest.mark.slow
def test_they_place_no_fewer_than_a_greedy_search_of_logits(attitudes, found):
    _, z, segments, _ = attitudes
    hit = np.empty(len(z), dtype=bool)
    for fold in range(5):
        train, test = found.folds[0] != fold, found.folds[0] == fold
        own = greedy(z[train], segments[train], 8)
        peer = LogisticRegression().fit(z[train][:, own], segments[train])
        hit[test] = peer.predict(z[test][:, own]) == segments[test]
    more = (found.tags[8] == segments).astype(float) - hit
    error = more.std() / np.sqrt(len(more))
    assert more.mean() > -1.96 * error
    assert error < 0.005
