from segkit.datasets.made.items import NEEDS, OUTCOMES, answer_codebook, need_of_items


def test_every_outcome_is_asked_twice_with_the_same_words():
    book = answer_codebook()
    importance, satisfaction = book.names("importance"), book.names("satisfaction")
    assert importance == [f"imp_{j:02d}" for j in range(1, 25)]
    assert satisfaction == [f"sat_{j:02d}" for j in range(1, 25)]
    for a, b in zip(importance, satisfaction, strict=True):
        assert book[a].wording == book[b].wording
        assert book[a].block == book[b].block
        assert book[a].scale == (1, 5)
        assert len(book[a].labels) == 5


def test_items_belong_to_five_needs_in_order():
    assert tuple(OUTCOMES) == NEEDS
    assert [need_of_items().count(f) for f in range(5)] == [5, 5, 5, 5, 4]
    book = answer_codebook()
    assert [book[name].block for name in book.names("importance")] == [
        NEEDS[f] for f in need_of_items()
    ]
    assert len({book[name].wording for name in book.names("importance")}) == 24


def test_other_columns_have_their_roles():
    book = answer_codebook()
    roles = ["id", "weight", "seconds", "verbatim"]
    assert [book.names(role) for role in roles] == [
        ["respondent"],
        ["weight"],
        ["seconds"],
        ["verbatim"],
    ]
