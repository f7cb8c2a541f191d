// Samples one at a time, and a list of those to look at.
const tasks = data.tasks;
const view = { task: 0, index: null, list: "chosen", words: "", open: false, marks: true, near: false };
const LISTED_AT_MOST = 200;

const chosenOf = (task) => task.chosen.map((one) => one.index);
const nameOf = (task, index) => task.ids[index] ?? "number " + (index + 1);
const everyOf = (task) => task.samples.map((_, index) => index);
const texts = new Map();
const textOf = (task, index) => {
  const key = task.path + "\n" + index;
  if (!texts.has(key)) texts.set(key, JSON.stringify(task.samples[index]).toLowerCase());
  return texts.get(key);
};

const LISTINGS = {
  chosen: ["Chosen samples", (task) => chosenOf(task)],
  faults: ["With findings", (task) => everyOf(task).filter((index) => task.faults[index])],
  open: ["Not looked at yet", (task) => chosenOf(task).filter((index) => !stateOf(task, index))],
  bad: ["Marked bad", (task) => everyOf(task).filter((index) => stateOf(task, index)?.state === "bad")],
  noted: ["With a comment", (task) => everyOf(task).filter((index) => stateOf(task, index)?.comment)],
  all: ["All samples", everyOf],
};

const listed = () => {
  const task = tasks[view.task];
  const wanted = view.words.toLowerCase();
  const from = wanted ? everyOf(task) : LISTINGS[view.list][1](task);
  if (!wanted) return from;
  return from.filter((index) => String(nameOf(task, index)).toLowerCase().includes(wanted) || textOf(task, index).includes(wanted));
};

let listing = [];
const step = (by) => {
  const at = listing.indexOf(view.index);
  const next = at < 0 ? listing.find((index) => by > 0 && index > view.index) ?? listing[0] : listing[at + by];
  if (next !== undefined) go(view.task, next);
};

const go = (task, index, quiet) => {
  const count = tasks[task]?.samples.length || 0;
  if (!(index >= 0 && index < count)) return false;
  if (view.task !== task) { view.task = task; view.words = ""; }
  if (view.task !== task || view.index !== index) view.open = false;
  view.index = index;
  if (!quiet) { try { history.replaceState(null, "", "#s-" + task + "-" + index); } catch { /* a page without an address */ } }
  show();
  return true;
};

// What is not here of a sample of which the page carries words alone, or their beginning.
const apartOf = (task, index) => {
  const parts = [task.chosen.some((one) => one.media.length) && "media", task.faults[index] && "findings"].filter(Boolean);
  const cut = task.cut && / … \[[\d,]+ more characters\]/.test(textOf(task, index));
  if (!parts.length && !cut) return "";
  const missing = parts.length > 0 ? ", its " + parts.join(" and ") + " are not" : "";
  return "This sample is not among those that the page carries: " + (cut ? "the beginning of its words is" : "its words are") + " here" + missing + ". curate review --serve shows " + (cut ? "all of it." : "them.");
};

// What the page carries of a sample; of others their words, and what the server has.
const exhibitOf = async (task, index) => {
  const own = task.chosen.find((one) => one.index === index);
  const whole = own && own.media.every((medium) => medium.shows.every((place) => !isPart(data.drawn[place])));
  if (own && (whole || !data.served)) return { sample: task.samples[index], exhibit: own, drawn: data.drawn, beyond: "" };
  const plain = own ? { sample: task.samples[index], exhibit: own, drawn: data.drawn, beyond: "" } : { sample: task.samples[index], exhibit: { index, why: [], findings: [], media: [], marks: [], undrawn: 0 }, drawn: [], beyond: "" };
  if (!data.served) return { ...plain, apart: apartOf(task, index) };
  try {
    const answer = await fetch("sample/" + tasks.indexOf(task) + "/" + index);
    if (answer.ok) {
      const told = await answer.json();
      return { ...told, exhibit: { ...told.exhibit, why: own ? own.why : [] }, beyond: "" };
    }
    return { ...plain, apart: "The server does not give this sample: it answered " + answer.status + "." };
  } catch {
    return { ...plain, apart: "The server does not answer, so that only the words of this sample are shown." };
  }
};

// The samples that were on the screen of this window.
const beheld = new Set();
const isInSight = () => {
  const { top, bottom } = byId("samples").getBoundingClientRect();
  const half = window.innerHeight / 2;
  return top <= half && bottom >= half / 2;
};
const behold = () => {
  const task = tasks[view.task];
  if (task && rendered === sampleKey(task, view.index) && isInSight()) beheld.add(rendered);
};
const wasSeen = (task, index) => beheld.has(sampleKey(task, index)) || Boolean(stateOf(task, index));

let showing = 0;
let rendered = null;
const show = async () => {
  const turn = (showing += 1);
  const task = tasks[view.task];
  renderList();
  const held = await exhibitOf(task, view.index);
  if (turn !== showing) return;
  giveBack();
  const scene = sceneOf(task, held.exhibit, held.drawn, held.beyond, held.sample);
  const hidden = task.hidden[task.hides[view.index]] || [];
  const [question, reference] = sidesOf(held.sample, hidden, scene);
  const article = el("article", { class: "sample", "aria-label": "Sample " + nameOf(task, view.index) },
    el("header", {}, el("h3", { tabindex: "-1", id: "current" }, nameOf(task, view.index)), el("span", { class: "facts" }, (view.index + 1).toLocaleString("en") + " of " + task.samples.length.toLocaleString("en")),
      el("ul", { class: "why" }, held.exhibit.why.map((reason) => el("li", { "data-reference": String(reason.startsWith("answer ")) }, reason)))),
    held.apart && notice(held.apart), held.exhibit.undrawn > 0 && notice(many(held.exhibit.undrawn, "mark") + " of this sample are not drawn: there are too many."), gravely(held.exhibit.findings, task, view.index),
    el("div", { class: "sides" }, el("section", { class: "side", "aria-label": "Input" }, el("h4", { class: "sidehead" }, "Input"), question), referenceOf(reference, held.exhibit)));
  byId("stand").replaceChildren(article);
  fold(view.open);
  renderTools(held.exhibit);
  renderState();
  rendered = sampleKey(task, view.index);
  behold();
};

const referenceOf = (reference, exhibit) => {
  if (!reference) return el("section", { class: "side reference", "aria-label": "Reference" }, el("h4", { class: "sidehead" }, "Reference"), notice("This sample has no reference."));
  const fold = el("details", { id: "answer" }, el("summary", {}, "Reference ", el("kbd", {}, "o")), reference);
  fold.addEventListener("toggle", () => {
    view.open = fold.open;
    byId("stand").classList.toggle("answered", fold.open);
  });
  return el("section", { class: "side reference", "aria-label": "Reference" }, fold);
};

const fold = (open) => {
  view.open = open;
  const answer = byId("answer");
  if (answer) answer.open = open;
  byId("stand").classList.toggle("answered", open);
};

// ----------------------------------------------------------- the list, the tools

const SIGNS = { ok: "✓", bad: "✗", seen: "…" };
const renderList = () => {
  const task = tasks[view.task];
  if (byId("task")) byId("task").value = view.task;
  listing = listed();
  const items = listing.slice(0, LISTED_AT_MOST).map((index) => {
    const state = stateOf(task, index)?.state;
    const item = button("", () => go(view.task, index), { "aria-current": index === view.index ? "true" : null, class: state || null, "data-index": index });
    fill(item, {}, [el("span", { class: "sign", "aria-label": state || "not looked at" }, SIGNS[state] || ""), el("span", { class: "name" }, short(String(nameOf(task, index)), 60)), task.faults[index] ? el("span", { class: "many", title: many(task.faults[index], "finding") }, String(task.faults[index])) : null]);
    return el("li", {}, item);
  });
  byId("list").replaceChildren(...items);
  reveal(byId("list").querySelector("[aria-current]"));
  const more = listing.length - items.length;
  const ticked = chosenOf(task).filter((index) => stateOf(task, index)).length;
  byId("count").textContent = many(listing.length, "sample") + (more > 0 ? ", the first " + items.length + " are listed" : "") + "; " + ticked + " of " + task.chosen.length + " chosen ones looked at"
    + (view.words && task.cut ? "; the page carries the beginnings of long texts, and finds no more" : "");
};

// Scrolls the list alone; scrollIntoView would move the page as well.
const reveal = (item) => {
  if (!item) return;
  for (const box of [byId("list"), byId("list").parentElement]) {
    const [inner, outer] = [item.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
    box.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
  }
};

// What can be done with this sample; a text has no marks, and cannot be enlarged.
const renderTools = (exhibit) => {
  byId("marks").hidden = !exhibit.marks.length && !exhibit.media.some((medium) => medium.kind === "mask");
  byId("zoom").hidden = !exhibit.media.some((medium) => medium.kind !== "audio");
};

const toggle = (id, state, style) => () => {
  view[state] = !view[state];
  byId("stand").classList.toggle(style, view[state]);
  byId(id).setAttribute("aria-pressed", String(view[state]));
};

const renderState = () => {
  const one = stateOf(tasks[view.task], view.index);
  byId("ok").setAttribute("aria-pressed", String(one?.state === "ok"));
  byId("bad").setAttribute("aria-pressed", String(one?.state === "bad"));
  const comment = byId("comment");
  if (document.activeElement !== comment) comment.value = one?.comment || "";
};

// A key judges what was looked at: what was not on the screen yet is shown first.
const guarded = (key, act, told) => () => {
  const task = tasks[view.task];
  if (!task) return;
  if (wasSeen(task, view.index)) { act(); return; }
  byId("asked").textContent = "Sample " + nameOf(task, view.index) + " was not on the screen yet. Press " + key + " again to mark it " + told + ".";
};

const judge = (state) => {
  const one = stateOf(tasks[view.task], view.index);
  setSample(tasks[view.task], view.index, { state: one?.state === state ? "seen" : state });
};
const accept = () => {
  const before = listing.indexOf(view.index);
  const next = listing[before + 1];
  setSample(tasks[view.task], view.index, { state: "ok" });
  if (next !== undefined) go(view.task, next);
};

const find = (text) => {
  const task = tasks[view.task];
  const exact = task.ids.indexOf(text.trim());
  const place = /^#?\d+$/.test(text.trim()) ? Number(text.trim().replace("#", "")) - 1 : -1;
  if (exact >= 0) go(view.task, exact);
  else if (place >= 0 && place < task.samples.length) go(view.task, place);
  else if (listing.length) go(view.task, listing[0]);
};

const makeViewer = () => {
  const which = el("select", { id: "task", "aria-label": "Task" }, tasks.map((task, place) => el("option", { value: place }, task.name + (tasks.filter((one) => one.name === task.name).length > 1 ? " (" + task.path + ")" : ""))));
  which.addEventListener("change", () => { view.words = ""; byId("search").value = ""; go(Number(which.value), chosenOf(tasks[which.value])[0] ?? 0); });
  const lists = el("select", { id: "lists", "aria-label": "Which samples" }, Object.entries(LISTINGS).map(([key, [title]]) => el("option", { value: key }, title)));
  lists.addEventListener("change", () => { view.list = lists.value; renderList(); });
  const search = el("input", { id: "search", type: "search", placeholder: "Find id, number or words", "aria-label": "Find id, number or words", autocomplete: "off", spellcheck: "false" });
  search.addEventListener("input", () => { view.words = search.value; renderList(); });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") { find(search.value); search.blur(); } });
  const comment = el("textarea", { id: "comment", rows: 1, placeholder: "Comment on this sample", "aria-label": "Comment on this sample", maxlength: 20000 });
  comment.addEventListener("input", () => setSample(tasks[view.task], view.index, { comment: comment.value }));
  const bar = el("div", { class: "bar", role: "toolbar", "aria-label": "Judge the sample" },
    button("‹", () => step(-1), { id: "previous", "aria-label": "Previous sample", title: "k" }), button("›", () => step(1), { id: "next", "aria-label": "Next sample", title: "j" }),
    button("✓ OK", accept, { id: "ok", "aria-pressed": "false", title: "a" }), button("✗ Bad", () => judge("bad"), { id: "bad", "aria-pressed": "false", title: "r" }),
    button("Reference", () => fold(!view.open), { id: "unfold", title: "o" }), button("Marks", toggle("marks", "marks", "marked"), { id: "marks", title: "m", "aria-pressed": "true" }), button("Large", toggle("zoom", "near", "near"), { id: "zoom", title: "z", "aria-pressed": "false" }), comment, el("p", { id: "asked", role: "status" }));
  byId("viewer").append(
    el("div", { class: "controls" }, tasks.length > 1 && which, lists, search, el("span", { id: "count", role: "status" })),
    el("div", { class: "desk" }, el("nav", { class: "listing", "aria-label": "List of samples" }, el("ol", { id: "list" })), el("div", { id: "stand", class: "marked" }), bar));
  watchers.push(() => { renderList(); renderState(); });
};
