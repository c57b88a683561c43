// The page's half of the explorer: its form and tabs make a link, the link is the question, and the answer is
// texts that are put in their places and figures that Bokeh draws.
(() => {
  "use strict";
  const place = id => document.getElementById(id);
  const form = place("controls");
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const shown = {};  // texts as they stand on the page
  let ends = {}, bridge = null, due = false;

  const tab = () => tabs.find(t => t.getAttribute("aria-selected") === "true").id.slice(4);
  const boxes = () => [...form.querySelectorAll("input[data-knob]")];
  const box = name => boxes().find(b => b.dataset.knob === name);
  const slider = name => [...form.querySelectorAll("input[data-slider]")].find(s => s.dataset.slider === name);

  function question() {
    const parts = new URLSearchParams({open: form.elements.open.value, tab: tab()});
    for (const key of ["along", "up", "points", "equation"]) parts.set(key, form.elements[key].value);
    parts.set("answers", [...form.querySelectorAll("input[name=answers]:checked")].map(a => a.value).join(","));
    if (place("terminals").value) parts.set("terminal", place("terminals").value);
    for (const b of boxes()) if (b.value.trim() !== b.dataset.start) parts.set(b.dataset.knob, b.value.trim());
    for (const [name, pair] of Object.entries(ends)) parts.set(name + ".ends", pair.join(","));
    return "?" + parts.toString();
  }

  // At most one question for each frame; the server answers the last of those that wait.
  function ask(text) {
    if (text !== undefined) { send(text); return; }
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; send(question()); });
  }
  function send(text) { if (bridge) bridge.question.data = {link: [text]}; }

  function showTab(chosen) {
    for (const t of tabs) {
      const open = t === chosen;
      t.setAttribute("aria-selected", open);
      t.tabIndex = open ? 0 : -1;
      place("panel-" + t.id.slice(4)).hidden = !open;
    }
  }

  function showEnds() {
    const name = form.elements.along.value, knob = slider(name);
    const [low, high] = ends[name] || [knob.dataset.low, knob.dataset.high];
    [form.elements.from.value, form.elements.to.value] = [low, high];
  }

  function limitAnswers() {  // so many side by side, and one at least
    const answers = [...form.querySelectorAll("input[name=answers]")];
    const ticked = answers.filter(a => a.checked).length;
    const most = Number(form.querySelector("[data-most]").dataset.most);
    for (const a of answers) a.disabled = a.checked ? ticked === 1 : ticked >= most;
  }

  function furnish() {  // after the form has come
    limitAnswers();
    ends = JSON.parse(form.querySelector("[data-ends]").dataset.ends);
    showEnds();
  }

  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", event => {
    const knob = event.target.dataset.slider;
    if (knob === undefined) return;
    box(knob).value = event.target.value;
    ask();
  });
  form.addEventListener("change", event => {
    const field = event.target;
    if (field.dataset.slider !== undefined) return;
    if (field.name === "open") { ask("?" + new URLSearchParams({open: field.value, tab: tab()})); return; }
    if (field.dataset.knob !== undefined) {
      const knob = slider(field.dataset.knob), value = Number(field.value);
      if (Number.isFinite(value)) {  // a typed number may lie beyond the ends
        knob.min = Math.min(Number(knob.min), value);
        knob.max = Math.max(Number(knob.max), value);
        knob.value = value;
      }
    }
    if (field.name === "answers") limitAnswers();
    if (field.name === "along") showEnds();
    if (field.name === "from" || field.name === "to")
      ends[form.elements.along.value] = [form.elements.from.value.trim(), form.elements.to.value.trim()];
    ask();
  });
  place("terminals").addEventListener("change", () => ask());
  for (const [k, t] of tabs.entries()) {
    t.addEventListener("click", () => { showTab(t); ask(); });
    t.addEventListener("keydown", event => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (step === undefined) return;
      const next = tabs[(k + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  }
  for (const button of document.querySelectorAll("[data-file]"))
    button.addEventListener("click", async () => {
      const answer = await fetch(button.dataset.file + question());
      if (answer.headers.get("Content-Type").startsWith("text/html")) {  // what is wrong, in words
        place("faults").innerHTML = await answer.text();
        return;
      }
      const anchor = document.createElement("a");
      anchor.href = URL.createObjectURL(await answer.blob());
      anchor.download = button.dataset.file;
      anchor.click();
      URL.revokeObjectURL(anchor.href);
    });

  function hear() {
    const told = Object.fromEntries(bridge.answer.data.place.map((key, k) => [key, bridge.answer.data.text[k]]));
    for (const [key, text] of Object.entries(told)) {
      if (shown[key] === text) continue;
      shown[key] = text;
      if (key === "link") {
        const dark = document.documentElement.classList.contains("dark");
        history.replaceState(null, "", dark ? text + "&theme=dark" : text);
        place("theme").href = dark ? text : text + "&theme=dark";
      } else if (place(key)) {
        place(key).innerHTML = text;  // escaped where it was written
      }
    }
  }

  function changeForm() {  // another system has been opened
    form.innerHTML = bridge.form.data.text[0];
    furnish();
  }

  showTab(place("tab-" + form.querySelector("[data-tab]").dataset.tab));
  furnish();
  (function meet() {
    const model = name => window.Bokeh && Bokeh.documents.length && Bokeh.documents[0].get_model_by_name(name);
    if (!model("question") || !model("answer")) { setTimeout(meet, 10); return; }
    bridge = {question: model("question"), answer: model("answer"), form: model("form")};
    bridge.answer.properties.data.change.connect(hear);
    bridge.form.properties.data.change.connect(changeForm);
    hear();
  })();
})();
