// One sample: its words set for reading, its media drawn, the reference folded away.
const escaped = (key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1");
const scalar = (value) => value === null || typeof value !== "object";
const ITEMS = 50;

// What figures need to know of the sample that they are in.
const sceneOf = (task, exhibit, drawn, beyond, sample) => {
  const labels = [...new Set(exhibit.marks.map((mark) => mark.label))];
  const marks = exhibit.marks.map((mark) => ({ ...mark, hue: hue(labels.indexOf(mark.label)) }));
  const names = task.names || {};
  return {
    task, drawn, beyond,
    media: exhibit.media,
    options: Array.isArray(sample?.input?.options) ? sample.input.options : [],
    over: (medium) => marks.filter((mark) => exhibit.media[mark.on] === medium),
    markAt: new Map(marks.map((mark) => [mark.at, mark])),
    mediumAt: new Map(exhibit.media.map((medium) => [medium.at, medium])),
    nameOf: (value) => (under(names, value) === undefined ? String(value) : value + " " + names[value]),
  };
};

const coded = (text) => {
  const lines = text.split("\n");
  return lines.length > 2 && lines.filter((line) => /^(\s{2,}|\t)|[;{}]\s*$/.test(line)).length > lines.length / 4;
};
// The time to lay out some texts of odd characters grows with the square of their length.
const MOST_SHOWN = 5000;
const proseOf = (text) => {
  const whole = text.length > MOST_SHOWN ? text.slice(0, MOST_SHOWN) : text;
  const block = el("p", { class: coded(whole) ? "prose code" : "prose", dir: "auto" }, whole === "" ? el("i", {}, "empty") : whole);
  if (whole === text) return block;
  const rest = button("Show all " + many(text.length, "character"), () => { block.textContent = text; rest.remove(); });
  return el("div", {}, block, rest);
};

const numbersOf = (values) => {
  const whole = el("p", { class: "numbers" }, values.slice(0, 200).map(number).join(", ") + (values.length > 200 ? " … " + many(values.length - 200, "more number") : ""));
  if (values.length < 8) return whole;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const steps = values.slice(0, 2000).map((value) => (high > low ? (255 * (value - low)) / (high - low) : 128));
  return el("div", {}, curve(steps), whole);
};

const markOf = (mark, value) => {
  const dot = el("span", { class: "dot" });
  dot.style.background = mark.hue;
  const text = { box: () => "box " + value.map(number).join(", "), point: () => "point " + value.map(number).join(", "), span: () => value.map(number).join(" s to ") + " s", mask: () => "mask of " + mark.shape.size[1] + " × " + mark.shape.size[0] + " px", track: () => "track of " + many(mark.shape.length, "box") }[mark.kind]();
  return el("p", { class: "mark" }, dot, text);
};

const isTable = (value) => Array.isArray(value) && value.length > 1 && value.every((row) => Array.isArray(row) && row.length && row.length === value[0].length && row.every(scalar) && !row.every((cell) => typeof cell === "number"));
const tabled = (head, rows) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "table" }, el("table", { class: "given" },
  head && el("thead", {}, el("tr", {}, head.map((cell) => el("th", { scope: "col" }, String(cell))))),
  el("tbody", {}, rows.slice(0, 200).map((row) => el("tr", {}, row.map((cell) => el("td", { dir: "auto" }, cell === null ? "" : String(cell))))))));

// `at` is the pointer of the value, `hides` the pointers that belong to the other side.
const valueOf = (value, at, scene, hides) => {
  const medium = scene.mediumAt.get(at);
  if (medium) return shown(medium, scene);
  const mark = scene.markAt.get(at);
  if (mark) return markOf(mark, value);
  const option = typeof value === "string" && scene.task.letters.includes(at) ? scene.options[value.charCodeAt(0) - 65] : undefined;
  if (option !== undefined && scalar(option)) return el("p", { class: "prose" }, value + ". ", el("span", { class: "option" }, String(option)));
  if (typeof value === "string") return proseOf(value);
  if (scalar(value)) return el("p", { class: "prose" }, value === null ? el("i", {}, "null") : String(value));
  return Array.isArray(value) ? listOf(value, at, scene, hides) : recordOf(value, at, scene, hides);
};

const listOf = (values, at, scene, hides) => {
  if (!values.length) return el("p", { class: "prose" }, el("i", {}, "none"));
  if (values.length > 4 && values.every((value) => typeof value === "number")) return numbersOf(values);
  if (values.every((value) => typeof value === "number")) return el("p", { class: "numbers" }, values.map(number).join(", "));
  if (isTable(values)) return tabled(null, values);
  const below = values.map((value, place) => at + "/" + place);
  if (below.every((place) => scene.markAt.has(place))) return el("div", { class: "marklist" }, values.slice(0, ITEMS).map((value, place) => markOf(scene.markAt.get(below[place]), value)), values.length > ITEMS && notice("and " + many(values.length - ITEMS, "more")));
  const kind = below.every((place) => scene.mediumAt.has(place)) ? "grid" : /\/options$/.test(at) ? "choices" : "items";
  const list = el("ol", { class: kind, type: kind === "choices" ? "A" : null });
  const add = (from) => {
    values.slice(from, from + ITEMS).forEach((value, place) => list.append(el("li", {}, valueOf(value, below[from + place], scene, hides))));
    if (from + ITEMS < values.length) {
      const more = el("li", {}, button("Show " + Math.min(ITEMS, values.length - from - ITEMS) + " more of " + values.length, () => { more.remove(); add(from + ITEMS); }));
      list.append(more);
    }
  };
  add(0);
  return list;
};

const recordOf = (record, at, scene, hides) => {
  const keys = Object.keys(record).filter((key) => !hides.has(at + "/" + escaped(key)));
  const rows = record.rows && Array.isArray(record.header) && isTable([record.header, ...record.rows]) && record.rows;
  const table = rows && tabled(record.header, rows);
  return el("div", { class: "fields" }, table, keys.filter((key) => !table || (key !== "rows" && key !== "header")).map((key) => fieldOf(key, record[key], at + "/" + escaped(key), scene, hides)));
};

const fieldOf = (key, value, at, scene, hides) => {
  const held = valueOf(value, at, scene, hides);
  if (held.matches(".fields:empty")) return null;
  return el("section", { class: "field" }, el("h4", {}, short(key, 80)), held);
};

const found = (value, pointer) => pointer.split("/").slice(1).reduce((held, key) => (held === undefined || held === null ? undefined : held[key.replaceAll("~1", "/").replaceAll("~0", "~")]), value);
const bare = new Set(["/id"]);

// Returns the question, and the reference or null.
const sidesOf = (sample, hidden, scene) => {
  const hides = new Set([...hidden, ...bare]);
  const plain = sample !== null && typeof sample === "object" && !Array.isArray(sample);
  // A bare `input` is what everything is in, and needs no heading of its own.
  const fields = plain ? Object.keys(sample).filter((key) => !hides.has("/" + escaped(key))) : [];
  const question = el("div", { class: "fields" }, plain
    ? fields.map((key) => (key === "input" && !scalar(sample[key]) && !Array.isArray(sample[key]) ? recordOf(sample[key], "/input", scene, hides) : fieldOf(key, sample[key], "/" + escaped(key), scene, hides)))
    : valueOf(sample, "", scene, hides));
  const none = new Set();
  const parts = hidden.map((pointer) => [pointer, found(sample, pointer)]).filter(([, value]) => value !== undefined);
  if (!parts.length) return [question, null];
  return [question, el("div", { class: "fields" }, parts.map(([pointer, value]) => {
    const key = pointer.split("/").slice(1).join(".");
    return key === "output" && !scalar(value) && !Array.isArray(value) ? recordOf(value, pointer, scene, none) : fieldOf(key, value, pointer, scene, none);
  }))];
};

// Findings of leakage quote the answer, which is not read before the question.
const faultOf = (one, task, index) => el("li", { class: one.severity },
  el("a", { class: "code", href: "#rule-" + one.code }, one.code + " " + one.slug), " ", el("span", { "data-reference": String(one.code.startsWith("LEK")) }, linked(one.detail, task, index)), " ", el("span", { class: "file" }, one.where));

// Many findings are folded, so that the sample itself is in sight.
const AT_ONCE = 3;
const gravely = (findings, task, index) => {
  const all = findings.slice(0, 100).map((one) => faultOf(one, task, index));
  const [seen, rest] = all.length > AT_ONCE + 1 ? [all.slice(0, AT_ONCE), all.slice(AT_ONCE)] : [all, []];
  return [seen.length > 0 && el("ul", { class: "faults" }, seen), rest.length > 0 && el("details", {}, el("summary", { class: "facts" }, many(findings.length - AT_ONCE, "more finding")), el("ul", { class: "faults" }, rest))];
};

// A finding that names another sample, or a file of one, leads there.
const linked = (detail, task, index) => detail.split(/(\s+)/).map((word) => {
  const name = word.replace(/^['"]|['"]?[.,:;]?$/g, "");
  const other = /\d/.test(name) ? task.ids.indexOf(name) : -1;
  const place = other < 0 && /.\/.+\.\w+$/.test(name) ? everyOf(task).findIndex((at) => at !== index && textOf(task, at).includes(JSON.stringify(name.toLowerCase()))) : other;
  return place < 0 || place === index ? word : el("a", { href: "#s-" + tasks.indexOf(task) + "-" + place }, word);
});
