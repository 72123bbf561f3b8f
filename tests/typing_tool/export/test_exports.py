import pytest

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool


@pytest.mark.parametrize("method", ["to_json", "to_html", "to_excel", "to_onnx"])
def test_an_unfitted_tool_has_nothing_to_write(method, tmp_path):
    with pytest.raises(NotFittedError):
        getattr(TypingTool(), method)(tmp_path / "tool")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(cases, tmp_path):
    with pytest.raises(SegkitError, match="nowhere"):
        cases["forest"].tool.to_json(tmp_path / "nowhere" / "tool.json")


WRITERS = {
    "to_excel": lambda tool, path, **given: tool.to_excel(path / "tool.xlsx", **given),
    "to_sql": lambda tool, path, **given: tool.to_sql(path=path / "tool.sql", **given),
}


@pytest.fixture(params=WRITERS)
def write(request, tmp_path):
    """Each way to write a tool down exactly or not."""
    return lambda tool, **given: WRITERS[request.param](tool, tmp_path, **given)


@pytest.mark.parametrize("exact", ["no", 0, 1, None])
def test_exact_is_yes_or_no(cases, write, exact, tmp_path):
    with pytest.raises(SegkitError, match=r"exact=.* was given; expected True or False"):
        write(cases["scorecard"].tool, exact=exact)
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_nothing_is_distilled_for_is_said_to_be_unused(cases, write):
    case = cases["scorecard"]
    with pytest.warns(SegkitWarning, match=r"The base is not used: this tool is written exactly"):
        write(case.tool, exact=False, base=case.rows)


def test_a_base_that_is_used_is_not_spoken_of(cases, write):
    case = cases["forest"]
    write(case.tool, exact=False, base=case.rows.iloc[1:])


def test_a_base_is_a_frame_in_memory(cases, write, tmp_path):
    polars = pytest.importorskip("polars")
    tool = cases["forest"].tool
    for base, words in (
        (polars.LazyFrame({"a": [1]}), r"base is a LazyFrame of polars.*Fetch.*\.collect\(\)"),
        ("base.parquet", "base is a str; expected a pandas or polars frame"),
        (cases["forest"].rows.iloc[:0], r"base has 0 rows and \d columns"),
        (cases["forest"].rows.iloc[:, :1], "base lacks"),
    ):
        with pytest.raises(SegkitError, match=words):
            write(tool, exact=False, base=base)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", [3, ["a"]])
def test_a_title_is_text(cases, title, tmp_path):
    with pytest.raises(SegkitError, match=r"title=.* was given; expected text, or None"):
        cases["scorecard"].tool.to_html(tmp_path / "tool.html", title=title)
    assert list(tmp_path.iterdir()) == []
