import json
import re
import shutil
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import NotFittedError, SegkitError
from segkit.survey import Codebook, Item
from segkit.typing_tool import TypingTool

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
TYPE = """
const rows = JSON.parse(arguments[0]);
return JSON.stringify(rows.map((row) => typePerson(row)));
"""
# sets every control as a person would leave it, and reads what the page then says
FILL = """
return JSON.stringify(JSON.parse(arguments[0]).map((row) => {
  for (const [name, value] of Object.entries(row)) {
    const control = document.getElementsByName(name)[0];
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const read = (id) => document.getElementById(id);
  return {
    segment: read("segment").dataset.value,
    shown: read("segment").textContent,
    probability: read("probability").dataset.value,
    second: read("second").dataset.value,
    reason: read("reason").dataset.value,
    shares: [...document.querySelectorAll(".share")].map((e) => e.dataset.value),
  };
}));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Headless Chromium without any connection."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not both installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    log = tmp_path_factory.mktemp("net") / "net.json"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--log-net-log={log}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    driver.net_log = log
    yield driver
    driver.quit()


def opened(browser, path):
    browser.get(path.resolve().as_uri())
    return browser


def complaints(browser):
    """What the browser's console holds: faults of the script, refusals of the policy."""
    return [entry["message"] for entry in browser.get_log("browser")]


def typed(case, n, seed=0):
    """People as a form is filled in: every value as text, gaps empty."""
    chosen = np.random.default_rng(seed).choice(len(case.rows), n, replace=False)
    rows = case.records
    people = [rows[i] for i in chosen]
    as_text = [
        {k: "" if v is None else repr(v) if isinstance(v, float) else str(v) for k, v in p.items()}
        for p in people
    ]
    return people, as_text


def check_answers(answers, tool, people):
    for answer, person in zip(answers, people, strict=True):
        expected = tool.score_one(person)
        tag = expected["segment"]
        assert answer["segment"] == ("" if tag is None else str(tag))
        assert answer["shown"] == ("not tagged" if tag is None else str(tag))
        assert float(answer["probability"]) == expected["probability"]
        assert answer["second"] == str(expected["second"])
        assert answer["reason"] == (expected["reason"] or "")
        assert [float(s) for s in answer["shares"]] == list(expected["probabilities"].values())


def test_people_are_typed_in_a_browser_exactly_as_in_python(case, tmp_path, browser):
    opened(browser, case.tool.to_html(tmp_path / "tool.html"))
    people, as_text = typed(case, 200)
    answers = json.loads(browser.execute_script(FILL, json.dumps(as_text)))
    check_answers(answers, case.tool, people)
    assert complaints(browser) == []


def test_all_edge_rows_are_typed_alike_by_the_function_of_the_page(case, tmp_path, browser):
    opened(browser, case.tool.to_html(tmp_path / "tool.html"))
    answers = json.loads(browser.execute_script(TYPE, json.dumps(case.records)))
    expected = case.expected
    untagged = expected["segment"].isna().to_numpy()
    assert [a["segment"] is None for a in answers] == untagged.tolist()
    said = [a["segment"] for a in answers if a["segment"] is not None]
    assert said == expected["segment"][~untagged].tolist()
    assert [a["second"] for a in answers] == expected["second"].tolist()
    assert [a["reason"] for a in answers if a["reason"]] == expected["reason"].dropna().tolist()
    np.testing.assert_array_equal([a["probability"] for a in answers], expected["probability"])
    shares = expected[[c for c in expected.columns if c.startswith("probability_")]].to_numpy()
    np.testing.assert_array_equal([a["probabilities"] for a in answers], shares)


@pytest.mark.parametrize("name", ["shy forest", "scorecard"])
def test_keys_on_a_keyboard_do_the_same(name, cases, tmp_path, browser):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    case = cases[name]
    opened(browser, case.tool.to_html(tmp_path / "tool.html"))
    fields = {f.name: f for f in case.tool.model_.codes.fields}
    controls = {c.get_attribute("name"): c for c in browser.find_elements(By.CSS_SELECTOR, "[name]")
                if c.get_attribute("name") in fields}  # fmt: skip
    assert set(controls) == set(fields)

    def listed(person):
        texts = [n for n, f in fields.items() if f.kind == "text" and person[n] is not None]
        return all(person[n] in fields[n].levels for n in texts)

    usual = [p for p in case.records[:200] if listed(p)]
    for person in usual[:6]:
        for field, value in person.items():
            if fields[field].kind == "number":
                controls[field].clear()
                controls[field].send_keys("" if value is None else repr(value))
            else:
                Select(controls[field]).select_by_value("" if value is None else str(value))
        expected = case.tool.score_one(person)
        tag = expected["segment"]
        assert browser.find_element(By.ID, "segment").text == (
            "not tagged" if tag is None else str(tag)
        )
        shown = browser.find_element(By.ID, "probability").get_attribute("data-value")
        assert float(shown) == expected["probability"]


def test_something_else_is_a_level_never_heard_of(cases, tmp_path, browser):
    case = cases["shy scorecard"]
    opened(browser, case.tool.to_html(tmp_path / "tool.html"))
    person = dict.fromkeys(case.records[0])
    filled = {"region": "something else"}
    answer = json.loads(browser.execute_script(FILL, json.dumps([filled])))
    check_answers(answer, case.tool, [{**person, "region": "never heard of"}])


def test_what_is_no_number_stops_the_answer_and_is_named(cases, tmp_path, browser):
    from selenium.webdriver.common.by import By

    opened(browser, cases["scorecard"].tool.to_html(tmp_path / "tool.html"))
    age = browser.find_element(By.NAME, "age")
    age.send_keys("-")
    assert age.get_attribute("aria-invalid") == "true"
    assert "not a number" in browser.find_element(By.ID, age.get_attribute("id") + "-fault").text
    assert "No answer" in browser.find_element(By.ID, "stop").text
    assert browser.find_element(By.ID, "probability").get_attribute("data-value") == ""
    browser.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    time.sleep(0.05)
    assert age.get_attribute("aria-invalid") == "false"
    assert "Nothing is answered yet" in browser.find_element(By.ID, "answered").text


def test_the_page_asks_nothing_of_anybody(cases, tmp_path, browser):
    path = cases["forest"].tool.to_html(tmp_path / "tool.html")
    opened(browser, path)
    loaded = browser.execute_script("return performance.getEntriesByType('resource').length")
    assert loaded == 0
    tries = """
      const done = arguments[arguments.length - 1], heard = [];
      document.addEventListener("securitypolicyviolation", (e) => heard.push(e.effectiveDirective));
      const image = new Image(); image.src = "https://example.org/i.png";
      const link = document.createElement("link");
      link.rel = "stylesheet"; link.href = "https://example.org/i.css"; document.head.append(link);
      const script = document.createElement("script");
      script.textContent = "window.injected = true"; document.head.append(script);
      fetch("https://example.org/")
        .catch(() => setTimeout(() => done([heard, window.injected]), 200));
    """
    heard, injected = browser.execute_async_script(tries)
    assert {"img-src", "connect-src"} <= set(heard)
    assert {"style-src-elem", "script-src-elem"} <= set(heard)
    assert injected is None
    browser.get_log("browser")
    assert "example.org" not in browser.net_log.read_text(errors="replace")
    # nothing in the file even names an address
    assert not re.search(r"https?:|//[a-z]|@import|url\(", path.read_text().replace("// ", ""))


def test_names_of_any_kind_stay_names(cases, tmp_path, browser):
    evil = "</script><script>window.stung = 1</script><img src=x onerror='window.stung = 1'>"
    names = [evil, "__proto__", "constructor", "a\u2028b\r\n\tc", '"><b>&lt;', "=1+1", "length"]
    rng = np.random.default_rng(0)
    levels = np.array([evil, "  spaces  ", "' onfocus='x", "something else"], dtype=object)
    fields = pd.DataFrame({n: levels[rng.integers(0, 4, 300)] for n in names})
    segments = np.where((fields["length"] == evil) | (rng.random(300) < 0.2), evil, "{{ 7*7 }}")
    tool = TypingTool(n_trees=5, n_folds=2).fit(fields, segments)
    page = tool.to_html(
        tmp_path / "tool.html",
        codebook=Codebook([Item("length", wording=f"{evil} how long?", role="field")]),
        title=evil,
        brand={"logo": evil, "color": "#ffee00"},
        advice={"{{ 7*7 }}": evil},
    )
    opened(browser, page)
    assert browser.execute_script("return window.stung") is None
    assert browser.title == evil
    assert browser.execute_script("return document.images.length") == 0
    there = browser.execute_script(
        "return [...document.querySelectorAll('#fields [name]')].map((e) => e.name)"
    )
    assert there == names
    people = fields.iloc[:40].to_dict("records")
    answers = json.loads(browser.execute_script(FILL, json.dumps(people)))
    check_answers(answers, tool, people)
    unheard = browser.execute_script("return page.unlisted")
    assert unheard == "something else."
    assert complaints(browser) == []


def test_the_codebook_gives_wordings_scales_and_labels(tmp_path, browser):
    from selenium.webdriver.common.by import By

    rng = np.random.default_rng(1)
    fields = pd.DataFrame(
        {
            "ease": rng.integers(1, 6, 300).astype(float),
            "years": rng.integers(0, 40, 300),
            "plan": rng.choice(["plus", "basic"], 300),
        }
    )
    tool = TypingTool(model="scorecard", n_folds=2).fit(fields, (fields["ease"] > 3).astype(int))
    book = Codebook(
        [
            Item("ease", "How easy is it?", scale=(1, 5), labels={1: "hard", 5: "easy"}),
            Item("years", "For how many years?", scale=(0, 60), role="field"),
            Item("plan", "Which plan?", labels={1: "plus", 2: "basic"}, role="field"),
        ]
    )
    opened(browser, tool.to_html(tmp_path / "tool.html", book, advice={0: "Make it easy."}))
    labels = [e.text for e in browser.find_elements(By.TAG_NAME, "label")]
    assert labels == ["How easy is it?", "For how many years?", "Which plan?"]
    shown = browser.find_element(By.NAME, "ease").text.split("\n")
    assert [s.strip() for s in shown] == ["not known", "1: hard", "2", "3", "4", "5: easy"]
    assert "from 0 to 60" in browser.find_element(By.ID, "field-1-hint").text
    plans = [s.strip() for s in browser.find_element(By.NAME, "plan").text.split("\n")]
    assert plans == ["not known", "plus", "basic", "(something else)"]
    people = [{"ease": 2.0, "years": 3.0, "plan": "plus"}, dict.fromkeys(fields)]
    filled = [{"ease": "2", "years": "3", "plan": "plus"}, dict.fromkeys(fields, "")]
    check_answers(json.loads(browser.execute_script(FILL, json.dumps(filled))), tool, people)
    browser.execute_script(FILL, json.dumps([{"ease": "1"}]))
    assert browser.find_element(By.ID, "advice").text == "Make it easy."


def test_everything_has_a_label_and_is_heard(cases, tmp_path, browser):
    opened(browser, cases["forest"].tool.to_html(tmp_path / "tool.html", brand={"logo": "Acme"}))
    lonely = """
      return [...document.querySelectorAll("input, select")]
        .filter((e) => e.labels.length !== 1).length
    """
    assert browser.execute_script(lonely) == 0
    live = "return document.getElementById('segment').closest('[aria-live=polite]') !== null"
    assert browser.execute_script(live)
    assert browser.execute_script("return document.documentElement.lang") == "en"
    order = """
      return [...document.querySelectorAll("a, button, input, select, summary")]
        .every((e) => e.tabIndex === 0)
    """
    assert browser.execute_script(order)
    wide = """
      return document.documentElement.scrollWidth <= document.documentElement.clientWidth
    """
    browser.set_window_size(500, 900)
    assert browser.execute_script(wide)
    browser.set_window_size(1200, 900)


@pytest.mark.real_data
@pytest.mark.parametrize("model", ["scorecard", "forest"])
def test_all_fields_of_real_surveys_are_in_the_page(
    model, real_people, edge_rows, tmp_path, browser
):
    fields, segments = real_people
    tool = TypingTool(model=model, n_trees=60, n_folds=2, abstain_below=0.5).fit(fields, segments)
    rows = edge_rows(tool, fields, 2000, 0)
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    opened(browser, tool.to_html(tmp_path / "tool.html"))
    assert browser.execute_script("return page.questions.length") == fields.shape[1]
    people, as_text = typed(SimpleNamespace(rows=rows, records=plain), 48)
    check_answers(json.loads(browser.execute_script(FILL, json.dumps(as_text))), tool, people)
    assert complaints(browser) == []
    answers = json.loads(browser.execute_script(TYPE, json.dumps(plain)))
    tagged = tool.tag(rows)["segment"].astype(object)
    assert [a["segment"] for a in answers] == tagged.where(tagged.notna(), None).tolist()
    np.testing.assert_array_equal([a["probabilities"] for a in answers], tool.predict_proba(rows))


def test_what_no_page_can_be_made_of_is_refused(cases, tmp_path):
    tool, path = cases["forest"].tool, tmp_path / "tool.html"
    with pytest.raises(NotFittedError):
        TypingTool().to_html(path)
    with pytest.raises(SegkitError, match="advice names the segment '7'; expected one of 0, 1, 2"):
        tool.to_html(path, advice={7: "Hello"})
    with pytest.raises(SegkitError, match="advice for segment '1' is 3; expected text"):
        tool.to_html(path, advice={1: 3})
    with pytest.raises(SegkitError, match="color of brand is 'red'; expected six hexadecimal"):
        tool.to_html(path, brand={"color": "red"})
    with pytest.raises(SegkitError, match="an entry of brand"):
        tool.to_html(path, brand={"font": "Arial"})
    with pytest.raises(SegkitError, match="brand is 'red', a str; expected a dict such as"):
        tool.to_html(path, brand="red")
    with pytest.raises(
        SegkitError, match=r"advice is \['Hello'\], a list; expected a dict such as"
    ):
        tool.to_html(path, advice=["Hello"])
    with pytest.raises(SegkitError, match="logo of brand is 3; expected text"):
        tool.to_html(path, brand={"logo": 3})
    with pytest.raises(SegkitError, match=r"codebook is a dict; expected a survey\.Codebook"):
        tool.to_html(path, codebook={"age": "How old?"})
    turned = Codebook([Item("age", scale=(18, 90), reversed=True)])
    with pytest.raises(SegkitError, match=r"`age` is reversed in the codebook.*cleaned\(\)"):
        tool.to_html(path, codebook=turned)
    with pytest.raises(SegkitError, match="nowhere"):
        tool.to_html(tmp_path / "nowhere" / "tool.html")
    assert not path.exists()
