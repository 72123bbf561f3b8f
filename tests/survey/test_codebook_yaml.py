import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import SegkitError
from segkit.survey import Codebook, Item
from segkit.survey.item import ROLES

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@st.composite
def an_item(draw, name):
    scale = draw(st.none() | st.sampled_from([(1, 5), (0, 10), (1.0, 2.5)]))
    low, high = scale or (1, 5)
    words = draw(st.lists(TEXTS.map(str.strip), unique=True, max_size=3))
    return Item(
        name,
        wording=draw(TEXTS),
        scale=scale,
        labels=dict(zip((low, high, -1), words, strict=False)) if len(words) < 3 else {},
        reversed=scale is not None and draw(st.booleans()),
        missing=draw(st.sampled_from([(), (99,), (-1, "refused"), ("", 98)])),
        block=draw(st.none() | TEXTS),
        role=draw(st.sampled_from(ROLES)),
    )


@given(data=st.data())
def test_what_is_written_is_read_back(tmp_path_factory, data):
    items = [data.draw(an_item(f"q{j}")) for j in range(3)]
    path = tmp_path_factory.mktemp("yaml") / "codebook.yaml"
    codebook = Codebook(items, assumptions=["The scale was assumed."])
    codebook.to_yaml(path)
    read = Codebook.from_yaml(path)
    assert read == codebook
    assert read.assumptions == codebook.assumptions


def test_an_existing_file_is_replaced_whole(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text("old")
    Codebook([Item("a")]).to_yaml(path)
    assert path.read_text() == "items:\n- item: a\n"
    assert [p.name for p in tmp_path.iterdir()] == ["codebook.yaml"]


def test_no_code_runs_from_a_file(tmp_path):
    path, trace = tmp_path / "codebook.yaml", tmp_path / "trace"
    path.write_text(f"items: !!python/object/apply:pathlib.Path.touch ['{trace}']\n")
    with pytest.raises(SegkitError, match="does not read as YAML with plain values"):
        Codebook.from_yaml(path)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"items: [", "does not read as YAML"),
        (b"\xff\xfe\x00", "does not read as YAML"),
        (b"[" * 5000, "does not read as YAML"),
        (b"", "holds no list `items`"),
        (b"items: 3", "holds no list `items`"),
        (b"- item: a", "holds no list `items`"),
        (b"items: []\nwave: 2", "has the unknown key `wave`"),
        (b"items: []\nassumptions: [3]", "`assumptions` of the codebook .* expected sentences"),
        (b"items: [a]", "Entry 1 of the codebook is 'a'"),
        (b"items:\n- {scale: [1, 5]}", "Entry 1 of the codebook has no `item`"),
        (
            b"items:\n- {item: a}\n- {item: b, scales: [1, 5]}",
            "`b` in the codebook has the unknown",
        ),
        (b"items:\n- {item: a}\n- {scales: [1, 5]}", "entry 2 in the codebook has the unknown key"),
        (b"items:\n- {item: a, labels: {0: no, 1: yes}}", "Put words such as yes and no in quotes"),
        (b"items:\n- {item: a}\n- {item: a}", "declares `a` more than once"),
    ],
)
def test_a_file_that_is_no_codebook_is_refused(tmp_path, content, message):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(content)
    with pytest.raises(SegkitError, match=message):
        Codebook.from_yaml(path)


def test_a_file_of_nested_aliases_is_refused_in_short(tmp_path):
    path = tmp_path / "codebook.yaml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 8)}]" for k in range(1, 12)]
    path.write_text("\n".join([*lines, "items:", "- {item: q, missing: *a11}"]))
    with pytest.raises(SegkitError, match="unknown key `a0`"):
        Codebook.from_yaml(path)
    path.write_text("items:\n- item: q\n  labels: {1: &l [x], 2: [*l, *l]}\n")
    with pytest.raises(SegkitError, match="labels of `q` holds 1"):
        Codebook.from_yaml(path)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(SegkitError, match=r"The codebook `.*none\.yaml` is not a file"):
        Codebook.from_yaml(tmp_path / "none.yaml")
