// The record of the review: kept in memory, and saved at once where there is a server.
const LISTS = { samples: (one) => one.task + "\n" + one.index, findings: (one) => one.code + "\n" + one.path, waivers: (one) => one.code + "\n" + one.path, rubric: (one) => one.question };
const DECIDED = ["verdict", "reason", "reviewer", "time", "content", "tool", "tasks"];
const copy = (value) => JSON.parse(JSON.stringify(value));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const record = data.record;
let saved = copy(record);
let revision = data.served ? data.served.revision : null;
let busy = false;
let waiting = 0;
const watchers = [];

const tell = (text, bad) => {
  const status = byId("saved");
  if (!status) return;
  status.textContent = text;
  status.classList.toggle("bad", Boolean(bad));
};

const entry = (list, key) => record[list].find((one) => LISTS[list](one) === key);
const put = (list, one, kept) => {
  const key = LISTS[list](one);
  record[list] = record[list].filter((other) => LISTS[list](other) !== key);
  if (kept) record[list].push(one);
  changed();
};

const sampleKey = (task, index) => task.path + "\n" + index;
const stateOf = (task, index) => entry("samples", sampleKey(task, index));
const setSample = (task, index, change) => {
  const before = stateOf(task, index) || { task: task.path, index, id: task.ids[index], state: "seen", comment: "" };
  const one = { ...before, ...change };
  put("samples", one, one.state !== "seen" || one.comment);
};

const decide = (change) => {
  Object.assign(record, change);
  if ("verdict" in change) Object.assign(record, { content: data.content, tasks: data.digests, tool: data.tool, time: new Date().toISOString().replace(/\.\d+Z$/, "Z") });
  changed();
};

const changed = () => {
  watchers.forEach((watch) => watch());
  if (revision === null) {
    tell("Not saved: this page has no server. Download the record when you are done.");
    return;
  }
  tell("Saving …");
  clearTimeout(waiting);
  waiting = setTimeout(save, 300);
};

const save = async () => {
  if (busy) { waiting = setTimeout(save, 200); return; }
  busy = true;
  const sent = copy(record);
  try {
    const answer = await fetch("review", { method: "PUT", headers: { "Content-Type": "application/json", "If-Match": '"' + revision + '"' }, body: JSON.stringify(sent) });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      revision = told.revision;
      saved = { ...sent, revision };
      record.revision = revision;
      tell("Saved.");
    } else if (answer.status === 409 && told.review) {
      merge(told.review, told.revision);
    } else if (told.review) {
      // All but the verdict was saved; what stands against it is told.
      take(told.review, told.revision);
      tell("The verdict was not recorded: " + told.error + ".", true);
    } else {
      tell("Not saved: " + (told.error || "the server answered " + answer.status) + ".", true);
    }
  } catch {
    tell("Not saved: the server does not answer. It is tried again with the next change; the record can be downloaded.", true);
  } finally {
    busy = false;
  }
};

const take = (theirs, number) => {
  [...Object.keys(LISTS), ...DECIDED].forEach((name) => { record[name] = copy(theirs[name] ?? null); });
  saved = copy(theirs);
  revision = number;
  watchers.forEach((watch) => watch());
};

// Another window saved first: what only one of the two changed is taken from that one. What
// both changed stays as the other saved it, and is told.
const merge = (theirs, number) => {
  const collided = [];
  const choose = (base, mine, other, name) => {
    if (same(mine, base) || same(mine, other)) return other;
    if (!same(other, base)) { collided.push(name); return other; }
    return mine;
  };
  for (const [list, key] of Object.entries(LISTS)) {
    const at = (whole) => new Map((whole[list] || []).map((one) => [key(one), one]));
    const [base, mine, other] = [at(saved), at(record), at(theirs)];
    const keys = [...new Set([...other.keys(), ...mine.keys()])];
    record[list] = keys.map((one) => choose(base.get(one), mine.get(one), other.get(one), list.replace(/s$/, "") + " " + one.replaceAll("\n", " ").trim())).filter((one) => one !== undefined);
  }
  const decision = (whole) => DECIDED.map((name) => whole[name]);
  const kept = choose(decision(saved), decision(record), decision(theirs), "decision");
  DECIDED.forEach((name, place) => { record[name] = kept[place]; });
  saved = copy(theirs);
  revision = number;
  watchers.forEach((watch) => watch());
  if (collided.length) {
    tell("Another window changed the same: " + collided.slice(0, 3).join(", ") + ". What it saved is shown; change it again if you do not agree.", true);
    if (LISTED.some((name) => !same(record[name], theirs[name]))) setTimeout(save, 0);
  } else {
    setTimeout(save, 0);
  }
};
const LISTED = [...Object.keys(LISTS), ...DECIDED];

const download = () => {
  const text = JSON.stringify({ ...record, content: record.content || data.content }, null, 2) + "\n";
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "review.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
