"""Figures become the same SVG each time, without anything from outside."""

import re

import matplotlib.pyplot as plt

from segkit.plots._pictures import svg


def _drawn():
    ax = plt.subplots()[1]
    ax.plot([0, 1], [1, 0])
    ax.set_title("A <title> & more")
    return ax


def test_the_same_figure_is_the_same_text():
    assert svg(_drawn()) == svg(_drawn())


def test_it_is_one_svg_element_with_searchable_escaped_text():
    text = svg(_drawn())
    assert text.startswith("<svg")
    assert text.rstrip().endswith("</svg>")
    assert "A &lt;title&gt; &amp; more" in text
    assert "<script" not in text


def test_two_on_a_page_share_no_id_but_of_what_they_share():
    found = [re.findall(r'<(\w+) id="', svg(_drawn())) for _ in range(2)]
    assert found[0] == found[1]
    assert "g" not in found[0]
