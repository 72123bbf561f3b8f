from segkit.datasets.made.accounts import N_ACCOUNTS


def test_accounts_hold_contacts(made):
    accounts = made.accounts
    assert accounts["account_id"].nunique() == N_ACCOUNTS
    assert accounts["contact_id"].is_unique
    own = accounts.groupby("account_id")[["region", "revenue", "tenure", "products"]].nunique()
    assert (own == 1).all().all()
    assert set(accounts["influence"]) == {"executive", "decision maker", "influencer", "end user"}
    assert accounts["recommend"].between(0, 10).all()


def test_revenue_and_products_differentiate_and_region_does_not(made):
    accounts = made.accounts
    by_region = accounts.groupby("region")["recommend"].mean()
    assert by_region.max() - by_region.min() < 0.5
    small = accounts["revenue"] < accounts["revenue"].median()
    assert abs(accounts["recommend"][small].mean() - accounts["recommend"][~small].mean()) > 0.2
    assert accounts["recommend"].corr(accounts["products"]) > 0.05
