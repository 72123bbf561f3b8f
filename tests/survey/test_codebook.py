import pytest

from segkit import SegkitError
from segkit.survey import Codebook, Item

ITEMS = [
    Item("who", role="id"),
    Item("imp_01", "Pay without a queue", scale=(1, 5), role="importance", block="speed"),
    Item("imp_02", "Be reminded", scale=(1, 5), role="importance", block="control"),
    Item("sat_01", "Pay without a queue", scale=(1, 5), role="satisfaction", block="speed"),
    Item("region", labels={1: "north", 2: "south"}, role="field"),
]


def test_names_are_chosen_by_role_and_block():
    codebook = Codebook(ITEMS)
    assert codebook.names("importance") == ["imp_01", "imp_02"]
    assert codebook.names(("importance", "satisfaction"), block="speed") == ["imp_01", "sat_01"]
    assert codebook.names() == [item.item for item in ITEMS]


def test_items_may_be_dicts():
    codebook = Codebook([{"item": "a", "scale": [1, 5]}])
    assert codebook["a"] == Item("a", scale=(1, 5))


def test_it_is_a_collection_of_items():
    codebook = Codebook(ITEMS)
    assert len(codebook) == 5
    assert "imp_01" in codebook
    assert "imp_99" not in codebook
    assert list(codebook) == ITEMS
    assert repr(codebook) == "Codebook of 5 columns (1 id, 2 importance, 1 satisfaction, 1 field)"


def test_wordings_fall_back_on_the_name():
    assert Codebook(ITEMS).wordings()["region"] == "region"


def test_an_unknown_item_is_named():
    with pytest.raises(SegkitError, match="`imp_99` is not in the codebook, which declares `who`"):
        Codebook(ITEMS)["imp_99"]


def test_an_item_declared_twice_is_named():
    with pytest.raises(SegkitError, match="declares `imp_01` more than once"):
        Codebook([*ITEMS, Item("imp_01")])


@pytest.mark.parametrize("given", ["codebook.yaml", {"item": "a"}, 3])
def test_what_is_no_list_of_items_is_refused(given):
    with pytest.raises(SegkitError, match=r"expected a list of survey\.Item"):
        Codebook(given)


def test_the_table_has_one_row_an_item():
    table = Codebook(ITEMS).frame()
    assert table["item"].tolist() == [item.item for item in ITEMS]
    assert table.loc[1, ["low", "high"]].tolist() == [1, 5]
    assert table.loc[4, "labels"] == "1=north, 2=south"


def test_cleaned_describes_the_cleaned_table():
    tense = Item(
        "tense",
        scale=(1, 5),
        labels={1: "never", 5: "always", 9: "refused"},
        missing=(9,),
        reversed=True,
    )
    described = Codebook([tense]).cleaned()["tense"]
    assert described == Item("tense", scale=(1, 5), labels={1: "always", 5: "never"})


def test_cleaning_with_the_cleaned_codebook_changes_nothing(frame_kind):
    codebook = Codebook(
        [
            Item("tense", scale=(1, 5), missing=(9,), reversed=True),
            Item("region", labels={1: "north", 2: "south"}, missing=(-1,), role="field"),
        ]
    )
    once = codebook.clean(frame_kind.make({"tense": [1, 9, 4], "region": [2, -1, 1]}))
    again = codebook.cleaned().clean(once)
    assert again.equals(once)
