// Keys, light and dark, and where the page begins.
const KEYS = [["j", "next sample"], ["k", "previous sample"], ["a", "OK, and next"], ["r", "bad"], ["o", "fold the reference in or out"], ["m", "marks on or off"], ["z", "large or small pictures"], ["c", "comment"], ["/", "find"], ["g", "to the decision"], ["?", "this help"], ["Esc", "leave a field"]];

const help = el("dialog", { "aria-labelledby": "helphead" }, el("h2", { id: "helphead" }, "Keys"),
  el("dl", { class: "keys" }, KEYS.map(([key, title]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, title)))));
const heard = el("input", { type: "checkbox", checked: true });
help.append(el("p", {}, el("label", {}, heard, " keys are listened to")), button("Close", () => help.close()));
document.body.append(help);

const ACTIONS = {
  j: () => step(1), k: () => step(-1), a: guarded("a", accept, "OK"), r: guarded("r", () => judge("bad"), "bad"), o: () => fold(!view.open), m: () => byId("marks").click(), z: () => byId("zoom").click(),
  c: () => byId("comment").focus(), "/": () => byId("search").focus(), g: () => byId("decision").scrollIntoView(), "?": () => help.showModal(),
};
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select");
  if (event.key === "Escape" && field) field.blur();
  if (field || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = (heard.checked || event.key === "?") && ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  // A key that is held down goes through samples, and judges none.
  if (event.repeat && "ar".includes(event.key)) return;
  if (byId("asked")) byId("asked").textContent = "";
  action();
  if ("jkoarz".includes(event.key)) inSight();
});

// What the keys are about is on the screen.
const inSight = () => {
  if (!isInSight()) byId("samples").scrollIntoView({ behavior: "instant" });
  behold();
};
// What is scrolled past, on the way to the decision, was not looked at.
window.addEventListener("onscrollend" in window ? "scrollend" : "scroll", behold, { passive: true });

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const theme = button("", () => {
  const now = document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  named();
}, { id: "theme" });
const named = () => { theme.textContent = (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark" ? "Light" : "Dark"; };
dark.addEventListener("change", named);
named();
byId("tools").append(theme, button("Keys ?", () => help.showModal(), { id: "help" }));

// What is scrolled to stays below the head of the page, however many lines that takes.
const head = document.querySelector(".top");
new ResizeObserver(() => document.documentElement.style.setProperty("--top", head.offsetHeight + "px")).observe(head);

const follow = () => {
  const place = /^#s-(\d+)-(\d+)$/.exec(location.hash);
  if (place && go(Number(place[1]), Number(place[2]), true)) {
    // The next Tab is about the sample, not about the link that led to it.
    byId("samples").focus({ preventScroll: true });
    byId("samples").scrollIntoView();
  }
  const rule = /^#rule-([A-Z]{3}\d{3})$/.exec(location.hash);
  const wanted = rule && (byId("rule-" + view.task + "-" + rule[1]) || byId("rule--" + rule[1]));
  if (wanted) { wanted.open = true; wanted.scrollIntoView(); }
};

if (tasks.length) {
  makeViewer();
  const first = tasks.findIndex((task) => task.samples.length);
  if (first >= 0) go(first, chosenOf(tasks[first])[0] ?? 0, true);
} else {
  byId("viewer").append(notice("There is no task whose samples could be shown."));
}
makeDecision();
window.addEventListener("hashchange", follow);
follow();
