import json

import numpy as np
import pytest

from segkit.typing_tool import TypingTool


def code_of(field, value):
    if value is None or value == "":
        return field["missing"]
    if field["kind"] == "number":
        at = next((i for i, e in enumerate(field["edges"]) if value <= e), len(field["edges"]))
        return field["codes"][at]
    known = dict(zip(field["levels"], field["codes"], strict=True))
    return known.get(str(value), field["unseen"])


def votes_of(document, codes):
    voter = document["voter"]
    if voter["kind"] == "scorecard":
        rows = [voter["everyone"], *(p[c] for p, c in zip(voter["points"], codes, strict=True))]
        return [sum(column) for column in zip(*rows, strict=True)]
    total = [0] * len(document["segments"])
    for tree in voter["trees"]:
        node = 0
        while tree["field"][node] >= 0:
            left = codes[tree["field"][node]] <= tree["threshold"][node]
            node = tree["left" if left else "right"][node]
        total = [a + b for a, b in zip(total, tree["votes"][node], strict=True)]
    return total


def answer(document, person):
    """Follow the document's steps, in plain Python."""
    codes = [code_of(f, person[f["name"]]) for f in document["fields"]]
    votes, rule = votes_of(document, codes), document["weights"]
    if rule["kind"] == "shares":
        votes = [v * m for v, m in zip(votes, rule["multipliers"], strict=True)]
        weights = [rule["table"][v * rule["steps"] // sum(votes)] for v in votes]
    else:
        last = len(rule["table"]) - 1
        weights = [rule["table"][min(max(votes) - v, last)] for v in votes]
    first = votes.index(max(votes))
    limits = document["abstention"]
    kept = weights[first] << limits["bits"] >= limits["cut"] * sum(weights)
    odd = [
        f["unseen"] == c and not f["pooled"] for f, c in zip(document["fields"], codes, strict=True)
    ]
    gaps = [f["missing"] == c for f, c in zip(document["fields"], codes, strict=True)]
    why = 1 if any(odd) else 2 * (sum(gaps) / len(gaps) > limits["mostly"])
    return {
        "segment": document["segments"][first] if kept else None,
        "probabilities": [w / sum(weights) for w in weights],
        "reason": None if kept else limits["reasons"][why],
    }


def check(tool, path, records, expected):
    """Compare what the document says of people with what tagging adds for them."""
    document = json.loads(tool.to_json(path).read_text(encoding="utf-8"))
    answers = [answer(document, person) for person in records]
    untagged = expected["segment"].isna().to_numpy()
    assert [a["segment"] is None for a in answers] == untagged.tolist()
    said = [a["segment"] for a in answers if a["segment"] is not None]
    assert said == expected["segment"][~untagged].tolist()
    assert [a["reason"] for a in answers if a["reason"]] == expected["reason"].dropna().tolist()
    shares = expected[[c for c in expected.columns if c.startswith("probability_")]].to_numpy()
    np.testing.assert_array_equal([a["probabilities"] for a in answers], shares)
    if tool.cut_:
        assert untagged.any()


def test_who_follows_the_document_types_everybody_alike(case, tmp_path):
    check(case.tool, tmp_path / "tool.json", case.records, case.expected)


@pytest.mark.real_data
def test_all_fields_of_real_surveys_are_in_the_document(real_people, edge_rows, tmp_path):
    fields, segments = real_people
    tool = TypingTool(n_trees=20, abstain_below=0.5, n_folds=2).fit(fields, segments)
    rows = edge_rows(tool, fields, 2000, 0)
    records = rows.astype(object).where(rows.notna(), None).to_dict("records")
    check(tool, tmp_path / "tool.json", records, tool.tag(rows))
