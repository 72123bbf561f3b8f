"""The report: one page, escaped, without outside parts and without a customer."""

import re
from html.parser import HTMLParser

import pytest


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.found, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def page(file_place, tool, days):
    monitor = file_place.monitor(tool)
    named = {
        day: base.assign(customer_id="customer-" + base["customer_id"].astype(str))
        for day, base in days.items()
    }
    monitor.update(named["2026-11-01"], "2026-11-01")
    other = named["2026-11-02"].copy()
    other["plan"] = other["plan"].replace("basic", "<script>alert(1)</script>")
    found = monitor.update(other, "2026-11-02")
    assert (found.verdict, found.exit_code) == ("recalibrate", 10)
    return monitor.report(), monitor


def test_the_page_is_whole_and_says_the_verdict(page):
    tags = Tags()
    tags.feed(page[0])
    assert tags.open == []
    text = " ".join(" ".join(tags.words).split())
    assert "recalibrate 2026-11-02, monitor.duckdb" in text
    assert "“plan” is recoded: repair that first" in text
    assert "“plan”, recoded: “basic” is now called “<script>alert(1)</script>” (9" in text
    assert "Likely because “plan” is recoded since 2026-11-02." in text
    assert [t for t, _ in tags.found].count("h1") == 1
    assert tags.found[0] == ("html", {"lang": "en"})
    assert all("scope" in a for t, a in tags.found if t == "th")
    figure = next(a for t, a in tags.found if t == "figure")
    assert figure["role"] == "img"
    assert figure["aria-label"]


def test_the_page_is_escaped_and_needs_nothing_from_outside(page):
    assert "<script" not in page[0]
    outside = re.findall(r"(?:src|href)\s*=\s*[\"'](?!#)[^\"']*", page[0])
    assert outside == []
    assert not re.search(r"url\(\s*[\"']?http", page[0])


def test_the_page_names_no_customer(page):
    assert "customer-1017" in page[1].tags()["customer_id"].tolist()
    assert "customer-" not in page[0]


def test_the_page_is_written_whole(page, tmp_path):
    out = page[1].report(tmp_path / "report.html")
    assert out.read_text("utf-8") == page[1].report()
