import pytest

jinja2 = pytest.importorskip("jinja2")

from segkit.typing_tool.export.templating import template_named, template_text  # noqa: E402

ATTACK = "<script>alert(1)</script> \" ' &"


def test_whatever_goes_into_a_page_is_escaped():
    page = template_named("card.html").render(title=ATTACK, sections=[], style="", pictures=[])
    assert ATTACK not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#34; &#39; &amp;" in page


def test_what_a_template_asks_for_and_does_not_get_is_an_error():
    with pytest.raises(jinja2.UndefinedError, match="sections"):
        template_named("card.html").render(title="x", style="", pictures=[])


def test_lines_of_control_leave_no_empty_lines():
    page = template_named("card.html").render(title="x", sections=[], style="", pictures=[])
    assert "\n\n" not in page


@pytest.mark.parametrize("name", ["card.css", "page.css", "page.js", "typing.js"])
def test_files_are_read_as_they_are_and_ask_for_nothing_from_outside(name):
    text = template_text(name)
    assert text.strip()
    assert "://" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_template_that_is_not_there_is_named():
    with pytest.raises(jinja2.TemplateNotFound, match=r"nothing\.html"):
        template_named("nothing.html")
