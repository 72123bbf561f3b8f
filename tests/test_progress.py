import functools

import pytest
from tqdm.std import tqdm

from segkit import _progress
from segkit._progress import PATIENCE, progress_bar, track


@pytest.fixture
def impatient(monkeypatch):
    """Bars that appear at once, even where TQDM_DISABLE silences them."""
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    monkeypatch.setattr(_progress, "tqdm", functools.partial(tqdm, disable=False, mininterval=0))


def test_the_items_come_through():
    assert list(track(iter([3, 1, 2]), what="counting")) == [3, 1, 2]
    assert list(track([], what="counting", total=0)) == []


def test_what_is_quick_stays_silent(capsys):
    assert PATIENCE == 2.0
    list(track(range(1000), what="counting"))
    with progress_bar(what="counting", total=3) as bar:
        bar.update(3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "counting" not in captured.err


def test_a_bar_goes_to_the_error_stream_with_its_words(impatient, capsys):
    assert list(track(range(3), what="bootstrap samples")) == [0, 1, 2]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "bootstrap samples" in captured.err


def test_a_bar_by_hand(impatient, capsys):
    with progress_bar(what="rows", total=2000, unit="row") as bar:
        bar.update(2000)
        bar.refresh()
    assert "rows" in capsys.readouterr().err


def test_an_error_inside_goes_on_and_leaves_no_bar(impatient):
    def broken():
        yield 1
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(track(broken(), what="counting"))
