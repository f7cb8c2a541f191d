// Elements are made by code and text is set as text, so that nothing of a submission is markup.
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

const fill = (node, attributes, children) => {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
const button = (text, action, attributes) => {
  const node = el("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", action);
  return node;
};

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const dataUrl = (base64) => "data:" + (base64.startsWith("/9j/") ? "image/jpeg" : "image/png") + ";base64," + base64;

// Addresses of what is played are given back when another sample is shown.
let lent = [];
const lend = (base64, mime) => {
  const url = URL.createObjectURL(new Blob([bytes(base64)], { type: mime }));
  lent.push(() => URL.revokeObjectURL(url));
  return url;
};
const giveBack = () => { lent.forEach((end) => end()); lent = []; };

// What a map from JSON has under a name; one like "constructor" has every object.
const under = (map, name) => (Object.hasOwn(map, name) ? map[name] : undefined);
const many = (count, noun) => count.toLocaleString("en") + " " + noun + (count === 1 ? "" : noun.endsWith("x") ? "es" : "s");
const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
const number = (value) => (Number.isInteger(value) ? value.toLocaleString("en") : Number(value.toPrecision(4)).toString());

// The same hues as the pictures of masks have.
const HUES = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8c8c8c"];
const hue = (place) => HUES[place % HUES.length];
