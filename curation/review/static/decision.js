// Comments on findings, waivers, the rubric, and the verdict.
const labelled = (text, control, attributes) => el("label", attributes || {}, el("span", {}, text), control);

const commentOn = (rule) => {
  const { code, task } = rule.dataset;
  const key = code + "\n" + task;
  const box = el("textarea", { rows: 1, maxlength: 20000, "aria-label": "Comment on " + code });
  box.value = entry("findings", key)?.comment || "";
  box.addEventListener("input", () => put("findings", { code, path: task, comment: box.value }, box.value.trim()));
  watchers.push(() => { if (document.activeElement !== box) box.value = entry("findings", key)?.comment || ""; });
  const path = el("input", { value: (task ? task + "/" : "") + "*", "aria-label": "Path of the waiver of " + code, spellcheck: "false" });
  const reason = el("input", { placeholder: "why it may stay", maxlength: 2000, "aria-label": "Reason of the waiver of " + code });
  const waive = button("Waive", () => {
    if (!reason.value.trim() || !path.value.trim()) { reason.focus(); return; }
    put("waivers", { code, path: path.value.trim(), reason: reason.value.trim() }, true);
    reason.value = "";
  });
  rule.querySelector(".inner").append(el("div", { class: "forms" }, labelled("Comment", box), el("fieldset", { class: "waive" }, el("legend", {}, "Waive"), path, reason, waive)));
};

const question = (one) => {
  const hint = under(data.hints, one.id);
  const key = one.id;
  const choices = [["yes", "yes"], ["no", "no"], ["unsure", "unsure"], ["not-applicable", "not applicable"]].map(([value, title]) => {
    const input = el("input", { type: "radio", name: "rubric-" + one.id, value });
    input.addEventListener("change", () => put("rubric", { ...(entry("rubric", key) || { question: one.id, comment: "" }), answer: value }, true));
    return [input, el("label", {}, input, " " + title)];
  });
  const reset = () => choices.forEach(([input]) => { input.checked = entry("rubric", key)?.answer === input.value; });
  reset();
  watchers.push(reset);
  return el("fieldset", { class: "question" }, el("legend", {}, one.question), one.help && el("p", { class: "faint" }, one.help),
    hint && (hint.answer || hint.evidence.length > 0) && el("p", { class: "hint" }, el("b", {}, "The machine: "), [hint.answer, ...hint.evidence].filter(Boolean).join("; ")), el("div", { class: "choices" }, choices.map(([, label]) => label)));
};

const waiverList = () => {
  const list = el("ul", { class: "remarks", id: "waivers" });
  const fillIn = () => list.replaceChildren(...record.waivers.map((one) => el("li", {}, el("b", {}, one.code), " ", el("span", { class: "file" }, one.path), ": " + one.reason + " ", button("Remove", () => put("waivers", one, false)))));
  fillIn();
  watchers.push(fillIn);
  return list;
};

// What is said of tasks that are not there (any more) stands against accepting.
const isGone = (path) => path !== "" && ![...Object.keys(data.digests), ...[...document.querySelectorAll(".rule")].map((one) => one.dataset.task)].some((task) => task === "" || path === task || path.startsWith(task + "/"));
const goneList = () => {
  const list = el("ul", { class: "remarks", id: "gone" });
  const placed = { samples: "task", findings: "path" };
  const remove = (path) => {
    for (const [name, place] of Object.entries(placed)) record[name] = record[name].filter((one) => one[place] !== path);
    changed();
  };
  const fillIn = () => {
    const said = new Map();
    for (const [name, place] of Object.entries(placed)) {
      for (const one of record[name].filter((other) => other.comment && isGone(other[place]))) said.set(one[place], [...(said.get(one[place]) || []), one.comment]);
    }
    list.replaceChildren(...[...said].map(([path, some]) => el("li", {}, el("span", { class: "file" }, path), " is not there, and has " + many(some.length, "comment") + ": " + short(some[0], 200) + " ", button("Remove", () => remove(path)))));
  };
  fillIn();
  watchers.push(fillIn);
  return list;
};

// The verdict on what the page shows; one on an earlier content is none.
const verdictNow = () => (record.content === data.content ? record.verdict : null);

// Why a reviewer may not mean to accept yet; empty if there is no such reason.
const doubtOf = () => {
  const unseen = tasks.filter((task) => task.samples.length && !task.samples.some((_, index) => wasSeen(task, index)));
  const bad = record.samples.filter((one) => one.state === "bad").length;
  const names = unseen.slice(0, 3).map((task) => task.name).join(", ") + (unseen.length > 3 ? " and " + (unseen.length - 3) + " more" : "");
  const told = [unseen.length && "No sample " + (unseen.length < tasks.length ? "of " + names + " " : "") + "was looked at.", bad && many(bad, "sample") + (bad === 1 ? " is" : " are") + " marked bad."].filter(Boolean);
  return told.length ? told.join(" ") + " Press Accept again to accept all the same." : "";
};

const VERDICTS = [["accept", "Accept"], ["request-changes", "Request changes"], ["reject", "Reject"]];
const STANDINGS = { accept: "accepted", "request-changes": "changes requested", reject: "rejected" };
// The head of the page follows what is decided in it.
const loaded = JSON.stringify([record.verdict, record.time]);
const standingOf = () => {
  const changed = JSON.stringify([record.verdict, record.time]) !== loaded;
  if (byId("because")) byId("because").hidden = changed;
  byId("standing").dataset.loaded ??= byId("standing").textContent;
  byId("standing").textContent = changed ? STANDINGS[record.verdict] || "not reviewed yet" : byId("standing").dataset.loaded;
};

const makeDecision = () => {
  document.querySelectorAll(".rule").forEach(commentOn);
  const who = el("input", { id: "reviewer", maxlength: 200, autocomplete: "name" });
  const why = el("textarea", { id: "reason", rows: 3, maxlength: 20000 });
  who.addEventListener("change", () => decide({ reviewer: who.value.trim() }));
  why.addEventListener("change", () => decide({ reason: why.value.trim() }));
  const doubt = el("p", { id: "doubt", role: "status" });
  const choose = (value) => {
    const told = value === "accept" && verdictNow() !== value ? doubtOf() : "";
    const heard = told === doubt.textContent;
    doubt.textContent = heard ? "" : told;
    if (heard) decide({ verdict: verdictNow() === value ? null : value, reviewer: who.value.trim(), reason: why.value.trim() });
  };
  // A double click is one press: its second half has read nothing.
  const verdicts = VERDICTS.map(([value, title]) => button(title, (event) => { if (event.detail < 2) choose(value); }, { class: "verdict " + value, "data-verdict": value, "aria-pressed": "false" }));
  verdicts.forEach((one) => {
    one.addEventListener("blur", () => { doubt.textContent = ""; });
    // Enter that is held down is no second press.
    one.addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
  });
  const state = el("p", { class: "faint", id: "decided" });
  const refresh = () => {
    standingOf();
    if (document.activeElement !== who) who.value = record.reviewer || "";
    if (document.activeElement !== why) why.value = record.reason || "";
    verdicts.forEach((one) => one.setAttribute("aria-pressed", String(verdictNow() === one.dataset.verdict)));
    const old = record.verdict !== verdictNow();
    const [good, bad] = ["ok", "bad"].map((name) => record.samples.filter((one) => one.state === name).length);
    state.textContent = many(good, "sample") + " marked OK, " + bad + " bad, " + many(record.waivers.length, "waiver") + ". " + (old ? "The verdict is of an earlier content; the head of the page tells for what it holds." : record.verdict ? "Decided " + (record.time || "") + "." : "No verdict yet.");
  };
  watchers.push(refresh);
  byId("verdict").append(
    data.rubric.length ? el("div", { class: "rubric" }, data.rubric.map(question)) : "",
    waiverList(),
    goneList(),
    el("div", { class: "who" }, labelled("Reviewer", who), labelled("Reason, which the author reads", why)),
    el("div", { class: "verdicts", role: "group", "aria-label": "Verdict" }, verdicts),
    doubt,
    state,
    el("p", { class: "saving" }, el("span", { id: "saved", role: "status" }), " ", button("Download review.json", download, { id: "download" })));
  refresh();
  tell(data.served ? "Every change is saved at once." : "This page has no server: download the record when you are done.");
};
