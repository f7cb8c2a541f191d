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
  const hint = data.hints[one.id];
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
  const list = el("ul", { class: "waivers" });
  const fillIn = () => list.replaceChildren(...record.waivers.map((one) => el("li", {}, el("b", {}, one.code), " ", el("span", { class: "file" }, one.path), ": " + one.reason + " ", button("Remove", () => put("waivers", one, false)))));
  fillIn();
  watchers.push(fillIn);
  return list;
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
  const verdicts = VERDICTS.map(([value, title]) => button(title, () => decide({ verdict: record.verdict === value ? null : value, reviewer: who.value.trim(), reason: why.value.trim() }), { class: "verdict " + value, "data-verdict": value, "aria-pressed": "false" }));
  const state = el("p", { class: "faint", id: "decided" });
  const refresh = () => {
    standingOf();
    if (document.activeElement !== who) who.value = record.reviewer || "";
    if (document.activeElement !== why) why.value = record.reason || "";
    verdicts.forEach((one) => one.setAttribute("aria-pressed", String(record.verdict === one.dataset.verdict)));
    const old = record.verdict && record.content !== data.content;
    const [good, bad] = ["ok", "bad"].map((name) => record.samples.filter((one) => one.state === name).length);
    state.textContent = many(good, "sample") + " marked OK, " + bad + " bad, " + many(record.waivers.length, "waiver") + ". " + (old ? "The verdict is of an earlier content; the head of the page tells for what it holds." : record.verdict ? "Decided " + (record.time || "") + "." : "No verdict yet.");
  };
  watchers.push(refresh);
  byId("verdict").append(
    data.rubric.length ? el("div", { class: "rubric" }, data.rubric.map(question)) : "",
    waiverList(),
    el("div", { class: "who" }, labelled("Reviewer", who), labelled("Reason, which the author reads", why)),
    el("div", { class: "verdicts", role: "group", "aria-label": "Verdict" }, verdicts),
    state,
    el("p", { class: "saving" }, el("span", { id: "saved", role: "status" }), " ", button("Download review.json", download, { id: "download" })));
  refresh();
  tell(data.served ? "Every change is saved at once." : "This page has no server: download the record when you are done.");
};
