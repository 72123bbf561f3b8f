import narwhals as nw
import numpy as np

from segkit.datasets.made.touchpoints import TOUCHPOINTS


def test_ratings_are_zero_to_ten_and_missing_where_not_experienced(small):
    rated = nw.from_native(small.touchpoints).to_pandas()
    assert rated.columns.tolist() == ["respondent", *TOUCHPOINTS, "recommend"]
    values = rated[list(TOUCHPOINTS)]
    assert values.min().min() >= 0
    assert values.max().max() <= 10
    assert rated["recommend"].between(0, 10).all()
    assert rated["get_bill"].notna().all()
    assert 0.1 < rated["solve_problem"].notna().mean() < 0.4
    assert rated.loc[rated["talk_to_support"].notna(), "solve_problem"].notna().all()
    fields = nw.from_native(small.fields).to_pandas()
    assert rated.loc[fields["app_logins_30d"].isna(), "log_in"].isna().all()


def test_moments_of_truth_differ_between_segments(made):
    moments = made.truth.touchpoints
    top = moments.loc[moments.groupby("segment")["importance"].idxmax()]
    assert top["touchpoint"].nunique() > 1
    rated, segment = made.touchpoints, made.truth.respondents
    for s, name, other in ((1, "find_old_bill", "understand_bill"),):
        mine = rated[segment == s].dropna(subset=[name, other])
        X = np.column_stack([mine[name], mine[other], np.ones(len(mine))])
        slope = np.linalg.lstsq(X, mine["recommend"].to_numpy(float), rcond=None)[0]
        assert slope[0] > slope[1] + 0.1
