const page = JSON.parse(document.getElementById("tool").textContent);
const tool = page.document;
const at = (id) => document.getElementById(id);

function make(tag, text, attributes) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  return element;
}

// Types one person, given by field name; null where a value is not known.
function typePerson(person) {
  return answerOf(tool, tool.fields.map((f) => (Object.hasOwn(person, f.name) ? person[f.name] : null)));
}

function control(question, id) {
  const described = { id, name: question.name, "aria-describedby": `${id}-hint ${id}-fault`, autocomplete: "off" };
  if (!question.options) return make("input", undefined, { ...described, type: "number", step: "any", inputmode: "decimal" });
  const select = make("select", undefined, described);
  select.append(make("option", "not known", { value: "" }));
  for (const option of question.options) select.append(make("option", option.text, { value: option.value }));
  return select;
}

function fieldset(question, j) {
  const id = `field-${j}`;
  const row = make("div", undefined, { class: "field" });
  row.append(
    make("label", question.label, { for: id }),
    control(question, id),
    make("p", question.hint, { id: `${id}-hint`, class: "hint" }),
    make("p", "", { id: `${id}-fault`, class: "fault" }),
  );
  return row;
}

// What one control says: a value, null where nothing is known, NaN where it cannot be read.
function valueOf(question, element) {
  const number = question.kind === "number";
  if (element.tagName === "SELECT") {
    if (element.selectedIndex < 0) return number ? NaN : page.unlisted;
    if (element.value === "") return null;
    return number ? Number(element.value) : element.value;
  }
  if (element.validity.badInput) return NaN;
  return element.value === "" ? null : Number(element.value);
}

function check(question, element, value) {
  const bad = typeof value === "number" && !Number.isFinite(value);
  element.setAttribute("aria-invalid", String(bad));
  at(`${element.id}-fault`).textContent = bad ? "This is not a number. Write one, or leave it empty." : "";
  return !bad;
}

function percent(share) {
  return `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 1 : 0)}\u00a0%`;
}

function say(id, text, value) {
  at(id).textContent = text;
  if (value !== undefined) at(id).dataset.value = value;
}

function bar(segment) {
  const row = make("tr");
  const track = make("td", undefined, { class: "track" });
  const fill = make("div", undefined, { class: "fill" });
  fill.style.backgroundColor = segment.color;
  track.append(fill);
  row.append(make("th", segment.name, { scope: "row" }), track, make("td", "", { class: "share" }));
  return row;
}

function showBars(answer) {
  const widest = Math.max(...answer.probabilities);
  [...at("probabilities").rows].forEach((row, k) => {
    const share = answer.probabilities[k];
    row.querySelector(".fill").style.width = `${(100 * share).toFixed(2)}%`;
    row.querySelector(".share").textContent = percent(share);
    row.querySelector(".share").dataset.value = String(share);
    row.classList.toggle("best", share === widest);
  });
}

function show(answer, answered) {
  const kept = answer.segment !== null;
  say("segment", kept ? String(answer.segment) : "not tagged", kept ? String(answer.segment) : "");
  say("probability", percent(answer.probability), String(answer.probability));
  say("likeliest", kept ? "" : `Likeliest: ${page.segments[answer.first].name}. `);
  say("second", String(answer.second), String(answer.second));
  say("reason", answer.reason || "", answer.reason || "");
  at("why").hidden = kept;
  say("advice", kept ? page.segments[answer.first].advice : "");
  at("say").hidden = !at("advice").textContent;
  at("answer").style.borderColor = kept ? page.segments[answer.first].color : "";
  say("answered", answered
    ? `${answered} of ${tool.fields.length} questions answered.`
    : "Nothing is answered yet: this is said of somebody of whom nothing is known.");
  showBars(answer);
}

function update() {
  const values = page.questions.map((q, j) => valueOf(q, at(`field-${j}`)));
  const fine = page.questions.map((q, j) => check(q, at(`field-${j}`), values[j])).every(Boolean);
  at("answer").hidden = !fine;
  say("stop", fine ? "" : "No answer: correct the marked question first.");
  if (fine) {
    show(answerOf(tool, values), values.filter((v) => v !== null).length);
  } else {
    for (const id of ["segment", "probability", "second", "reason"]) say(id, "", "");
  }
}

page.questions.forEach((question, j) => at("fields").append(fieldset(question, j)));
page.segments.forEach((segment) => at("probabilities").append(bar(segment)));
at("form").addEventListener("input", update);
at("form").addEventListener("change", update);
at("form").addEventListener("submit", (event) => event.preventDefault());
at("form").addEventListener("reset", () => setTimeout(update));
addEventListener("pageshow", update); // browsers may bring back what was filled in
update();
