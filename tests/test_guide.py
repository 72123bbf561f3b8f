"""The promise: the examples of the guide and of the README run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "guide").glob("*.md"))
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

if not PAGES:
    pytest.skip("docs/ is not beside the tests", allow_module_level=True)

# a segkit warning is part of an honest answer on a small example, not a fault of the page
pytestmark = pytest.mark.filterwarnings("default::segkit.exceptions.SegkitWarning")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_the_examples_of_a_page_run_from_top_to_bottom(page, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what examples write stays out of the checkout
    names = {"__name__": "guide"}
    for block in FENCE.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, page.name, "exec"), names)  # the text under test is our own


def test_the_examples_of_the_readme_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    small = "make_payments_study(n_respondents=600, n_customers=2000)"
    blocks = [b.replace("make_payments_study()", small) for b in FENCE.findall(text)]
    assert blocks
    names = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block.replace("n_boot=50", "n_boot=5"), "README.md", "exec"), names)
