import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from segkit import choose
from segkit.choose import sampling, store
from segkit.exceptions import SegkitError, SegkitWarning

X = make_blobs(90, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]
FIELDS = pd.DataFrame({"age": X[:, 0].round(), "plan": np.where(X[:, 1] > 4, "plus", "basic")})
MODELS = [make_pipeline(StandardScaler(), KMeans(n_init=2)), KMeans(n_init=2, random_state=0)]
FAST = {"n_boot": 4, "n_init": 1}


@pytest.fixture
def sampled(monkeypatch):
    """How many candidates were sampled in each call, in order."""
    calls, replicate = [], sampling.replicate

    def counted(candidates, *args, **kwargs):
        calls.append(len(candidates))
        return replicate(candidates, *args, **kwargs)

    monkeypatch.setattr(sampling, "replicate", counted)
    return calls


def compared(cache=None, wanted=(2, 3), **changes):
    given = {"X": X, "models": MODELS, "fields": FIELDS, **FAST} | changes
    return choose.compare(n_segments=wanted, cache=cache, **given)


def test_what_was_found_before_is_found_again_and_is_the_same(tmp_path, sampled):
    plain = compared().frame()
    assert sampled == [4]  # all at once
    first = compared(tmp_path / "kept").frame()
    again = compared(tmp_path / "kept").frame()
    assert sampled == [4, 1, 1, 1, 1]
    pd.testing.assert_frame_equal(plain, first)
    pd.testing.assert_frame_equal(first, again)


def test_more_candidates_take_only_what_is_new(tmp_path, sampled):
    models = [MODELS[1]]  # its own seed: the fit does not depend on the other candidates
    compared(tmp_path, (3,), models=models)
    wider = compared(tmp_path, (2, 3), models=models)
    assert len(sampled) == 2
    pd.testing.assert_frame_equal(wider.frame(), compared(wanted=(2, 3), models=models).frame())


@pytest.mark.parametrize(
    "changes",
    [
        {"X": X + np.eye(90, 2) * 1e-6},
        {"models": [MODELS[0], KMeans(n_init=2, random_state=0, tol=1e-3)]},
        {"n_boot": 5},
        {"sample_weight": np.linspace(1, 2, 90)},
        {"random_state": 1},
    ],
)
def test_whatever_is_changed_is_computed_anew(tmp_path, sampled, changes):
    compared(tmp_path)
    before = len(sampled)
    changed = compared(tmp_path, **changes)
    assert len(sampled) > before
    pd.testing.assert_frame_equal(changed.frame(), compared(**changes).frame())


def test_other_code_is_seen(tmp_path, sampled, monkeypatch):
    compared(tmp_path)
    monkeypatch.setattr(store, "code_digest", lambda: "of the next release")
    compared(tmp_path)
    assert len(sampled) == 8


@pytest.mark.parametrize("damage", ["empty", "cut", "blank"])
def test_a_damaged_file_is_told_and_computed_again(tmp_path, sampled, damage):
    first = compared(tmp_path).frame()
    path = sorted(tmp_path.glob("samples-*.npz"))[0]
    whole = path.read_bytes()
    third = len(whole) // 3
    blank = whole[:third] + bytes(third) + whole[2 * third :]
    path.write_bytes({"empty": b"", "cut": whole[:-60], "blank": blank}[damage])
    with pytest.warns(SegkitWarning, match=f"`{path.name}` of the cache is damaged"):
        again = compared(tmp_path).frame()
    assert len(sampled) == 5
    pd.testing.assert_frame_equal(first, again)
    assert path.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    "arrays",
    [
        {"kappa": np.arange(3.0)},
        {"kappa": np.array("high")},
        {"other": np.array(1)},
        {"kappa": np.array(0.5), "seal": np.array("of nobody")},
        {"kappa": np.array(0.5), "seal": np.arange(3)},
        {},
    ],
    ids=["longer", "text", "another name", "another seal", "no seal", "nothing"],
)
def test_a_file_of_other_arrays_is_told_and_computed_again(tmp_path, arrays):
    first = compared(tmp_path).frame()
    path = sorted(tmp_path.glob("typability-*.npz"))[0]
    np.savez(path, **arrays)
    with pytest.warns(SegkitWarning, match=f"`{path.name}` of the cache is damaged; what it held"):
        again = compared(tmp_path).frame()
    pd.testing.assert_frame_equal(first, again)


def test_a_file_under_the_name_of_another_is_told(tmp_path):
    first = compared(tmp_path).frame()
    one, two = sorted(tmp_path.glob("typability-*.npz"))[:2]
    two.write_bytes(one.read_bytes())
    with pytest.warns(SegkitWarning, match=f"`{two.name}` of the cache is damaged"):
        again = compared(tmp_path).frame()
    pd.testing.assert_frame_equal(first, again)


def test_models_that_cannot_be_told_by_content_are_always_computed(tmp_path, sampled):
    class Own(KMeans):
        pass

    function = make_pipeline(FunctionTransformer(np.negative), KMeans(n_init=2))
    for _ in range(2):
        compared(tmp_path, models=[Own(n_init=2), function], fields=None)
    assert sampled == [1] * 8
    assert not list(tmp_path.iterdir())


def test_structure_is_kept(tmp_path, monkeypatch):
    one = compared(tmp_path, (3,), models=MODELS[:1], structure=19, fields=None).frame()
    monkeypatch.setattr("segkit.choose.measuring.joint_structure", None)
    two = compared(tmp_path, (3,), models=MODELS[:1], structure=19, fields=None).frame()
    pd.testing.assert_frame_equal(one, two)


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(SegkitError, match="a file; expected a folder, there or to be made"):
        compared(path)


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SegkitError, match=r"file.kept` of the cache cannot be made \(Not a dir"):
        compared(tmp_path / "file" / "kept")


@pytest.mark.parametrize("cache", ["", 3, True])
def test_what_is_no_path_is_refused(cache):
    with pytest.raises(SegkitError, match="was given; expected the path of a folder"):
        compared(cache)


def test_a_folder_that_takes_nothing_costs_no_figures(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.warns(SegkitWarning, match=r"does not keep what was computed.*Permission denied"):
        found = compared(tmp_path).frame()
    pd.testing.assert_frame_equal(found, compared().frame())
    assert not list(tmp_path.iterdir())


def test_a_call_that_was_interrupted_goes_on(tmp_path, sampled, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("segkit.choose.measuring.typed_kappa", interrupt)
        with pytest.raises(KeyboardInterrupt):
            compared(tmp_path)
    again = compared(tmp_path).frame()
    assert sampled == [1, 1, 1, 1]
    pd.testing.assert_frame_equal(again, compared().frame())
