// One figure for each medium of a sample. `scene` is what belongs to the sample: see sample.js.
const WORDS = { image: "Image", mask: "Mask", video: "Video", audio: "Audio", mesh: "Mesh", pointcloud: "Point cloud", array: "Array", frames: "Frames" };
const words = (medium) => (WORDS[medium.kind] || medium.kind) + " " + short(medium.given, 120) + ", " + medium.facts;

const figure = (medium, scene, ...parts) => el("figure", { class: "medium " + medium.kind },
  ...parts, el("figcaption", {}, el("span", { class: "file" }, medium.given), " ", el("span", { class: "facts" }, medium.facts)));

const notice = (text) => el("p", { class: "notice" }, text);

const shown = (medium, scene) => {
  const drawn = medium.shows.map((place) => scene.drawn[place]);
  const broken = drawn.find((one) => one.type !== "Drawn");
  if (medium.file === null) return figure(medium, scene, notice("There is no such file."));
  if (!drawn.length) return figure(medium, scene, absent(medium, scene));
  if (broken) return figure(medium, scene, notice("Cannot be shown: " + broken.detail));
  const maker = { image: pictureOf, mask: maskOf, audio: soundOf, video: filmOf, mesh: modelOf, pointcloud: modelOf, array: tableOf, frames: framesOf }[medium.kind];
  return figure(medium, scene, ...[maker(drawn.length > 1 || medium.kind === "frames" ? drawn : drawn[0], medium, scene)].flat());
};

// What this page does not carry: played from the server if there is one, else said.
const absent = (medium, scene) => notice(scene.beyond || "Not among the first files of this sample, which are the ones that are drawn.");
const MORE = data.served ? "; the file itself lies in the submission." : "; curate review --serve shows more of it.";

// Whether a server has more of a file than the page carries.
const isPart = (drawn) => Boolean(drawn.omitted) || (typeof drawn.excerpt === "number" && (drawn.playable !== false || drawn.excerpt < drawn.seconds - 0.05));
const left = (drawn) => drawn.omitted && notice("Left out to keep the page small" + MORE);

// ------------------------------------------------------------------- pictures

// A stage holds a picture and what is drawn over it, in pixels of the file.
const stage = (drawn, alt, marks) => {
  const small = Math.max(drawn.width, drawn.height) < 200;
  const image = el("img", { src: dataUrl(drawn.picture), alt, width: drawn.width, height: drawn.height, decoding: "async", class: small ? "crisp" : null });
  const box = el("div", { class: "stage" }, image);
  if (small) box.style.width = Math.min(384, drawn.width * Math.ceil(256 / Math.max(drawn.width, drawn.height))) + "px";
  else box.style.width = Math.max(drawn.width, Math.min(2 * drawn.width, 480)) + "px";
  box.style.aspectRatio = drawn.width + " / " + drawn.height;
  box.style.setProperty("--ratio", drawn.width / drawn.height);
  draw(box, drawn.width, drawn.height, marks || []);
  return box;
};

const pictureOf = (drawn, medium, scene) => (drawn.picture ? stage(drawn, words(medium), scene.over(medium)) : left(drawn));

// A mask lies over the image that is as large as it, if there is one.
const maskOf = (drawn, medium, scene) => {
  if (!drawn.picture) return left(drawn);
  const below = scene.media.map((one) => one.kind === "image" && scene.drawn[one.shows[0]]).find((one) => one && one.picture && one.width === drawn.width && one.height === drawn.height);
  const box = stage(drawn, words(medium), scene.over(medium));
  box.classList.add("masked");
  if (below) box.prepend(el("img", { class: "below", src: dataUrl(below.picture), alt: "" }));
  return box;
};

const draw = (box, width, height, marks) => {
  const flat = marks.filter((mark) => ["box", "point"].includes(mark.kind));
  const lines = svg("svg", { class: "marks", viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", role: "img", "aria-label": many(marks.length, "mark") });
  marks.filter((mark) => mark.kind === "mask").forEach((mark) => box.append(runs(mark)));
  for (const mark of flat) {
    const own = { "data-reference": String(mark.reference) };
    const [a, b, c, d] = mark.shape;
    if (mark.kind === "box") {
      const shape = { x: a, y: b, width: Math.max(0, c - a), height: Math.max(0, d - b), ...own };
      lines.append(svg("rect", { ...shape, class: "rim" }), svg("rect", { ...shape, stroke: mark.hue }));
      if (mark.label) box.append(tag(mark, a / width, c / width, b / height, own));
    } else if (c !== 0) {
      const spot = el("span", { class: "spot", title: mark.label, ...own });
      [spot.style.left, spot.style.top, spot.style.background] = [(100 * a) / width + "%", (100 * b) / height + "%", mark.hue];
      box.append(spot);
    }
  }
  if (flat.length) box.append(lines);
};

const tag = (mark, left, right, y, own) => {
  const node = el("span", { class: "tag", ...own }, short(mark.label, 24));
  // On the right half it hangs to the left, so that it does not leave the picture.
  node.style[left > 0.6 ? "right" : "left"] = 100 * Math.max(0, Math.min(left > 0.6 ? 1 - right : left, 1)) + "%";
  node.style.top = 100 * Math.max(0.04, Math.min(y, 1)) + "%";
  node.style.background = mark.hue;
  node.style.color = mark.hue === "#0072b2" ? "#fff" : "#000";
  return node;
};

// Run lengths go down the columns, and begin with what is outside.
const runs = (mark) => {
  const [height, width] = mark.shape.size;
  const canvas = el("canvas", { class: "runs", width, height, "data-reference": String(mark.reference), role: "img", "aria-label": "mask " + mark.label });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const [red, green, blue] = rgb(mark.hue);
  let at = 0;
  mark.shape.runs.forEach((length, place) => {
    if (place % 2) {
      for (let i = at; i < at + length; i += 1) picture.data.set([red, green, blue, 255], 4 * ((i % height) * width + Math.floor(i / height)));
    }
    at += length;
  });
  context.putImageData(picture, 0, 0);
  return canvas;
};

// ---------------------------------------------------------------------- films

// What stands under no frame is of the first, as the box is that a track begins with.
const boxesAt = (marks, frame) => marks.flatMap((mark) => {
  if (mark.kind === "track") return mark.shape.filter((box) => box[0] === frame).map((box) => ({ ...mark, kind: "box", shape: box.slice(1) }));
  return (mark.frame ?? 0) === frame ? [mark] : [];
});

const strip = (frames, choose) => el("ol", { class: "strip" }, frames.map((frame, place) => {
  const thumb = button("", () => choose(place), { class: "thumb", "aria-label": frame.title });
  thumb.append(stage(frame, "", frame.marks));
  return el("li", {}, thumb, el("span", {}, frame.name));
}));

// Spans of time as stretches of a line as long as the film.
const spansOf = (seconds, spans) => svg("svg", { class: "line", viewBox: "0 0 1000 20", preserveAspectRatio: "none", role: "img", "aria-label": many(spans.length, "span") + " of " + seconds.toFixed(2) + " seconds" },
  svg("rect", { class: "track", x: 0, y: 0, width: 1000, height: 20 }),
  spans.map((mark) => svg("rect", { class: "span", x: (1000 * mark.shape[0]) / seconds, y: 0, width: Math.max(4, (1000 * (mark.shape[1] - mark.shape[0])) / seconds), height: 20, fill: mark.hue, "data-reference": String(mark.reference) })));

// Why what is played is not the file itself.
const again = (drawn, medium) => (drawn.excerpt < drawn.seconds - 0.05 ? "The first " + number(drawn.excerpt) + " s, encoded" : "Encoded")
  + " again" + (medium.facts.includes("with sound") ? ", without its sound" : "")
  + (drawn.playable ? ": the file is large" : ": browsers do not play the file") + (isPart(drawn) ? MORE : ".");

const filmOf = (drawn, medium, scene) => {
  const marks = scene.over(medium);
  const frames = drawn.strip.map(([second, frame], place) => ({ picture: drawn["frame" + place], width: drawn.width, height: drawn.height, name: second.toFixed(2) + " s", title: "Frame " + frame + ", at " + second.toFixed(2) + " s", marks: boxesAt(marks, frame) })).filter((frame) => frame.picture);
  if (!drawn.film) return [strip(frames, () => {}), left(drawn) || notice("Does not fit into this page" + MORE)];
  const player = el("video", { controls: true, preload: "auto", muted: false, playsinline: true, src: lend(drawn.film, drawn.mime), "aria-label": words(medium) });
  // Once it is loaded it has a shape of its own: its pixels need not be square.
  player.style.aspectRatio = "auto " + drawn.width + " / " + drawn.height;
  player.style.setProperty("--ratio", drawn.width / drawn.height);
  player.style.width = Math.max(256, Math.min(2 * drawn.width, 480), Math.min(drawn.width, 720)) + "px";
  const part = drawn.excerpt !== null && notice(again(drawn, medium));
  const spans = marks.filter((mark) => mark.kind === "span");
  return [player, spans.length > 0 && spansOf(drawn.seconds, spans), part, strip(frames, (place) => { player.currentTime = drawn.strip[place][0] + 0.001; })];
};

const framesOf = (drawn, medium, scene) => {
  const marks = scene.over(medium);
  const frames = drawn.map((one, place) => ({ ...one, place: medium.frames[place][0], file: medium.frames[place][1] })).filter((one) => one.picture)
    .map((one) => ({ ...one, name: String(one.place), title: "Frame " + one.place + ", " + one.file, marks: boxesAt(marks, one.place) }));
  if (!frames.length) return left(drawn[0]) || notice("No frame of it can be shown.");
  const large = el("div", { class: "large" });
  const at = el("input", { type: "range", min: 0, max: frames.length - 1, value: 0, "aria-label": "Frame" });
  const told = el("output", {});
  const choose = (place) => {
    at.value = place;
    told.textContent = "frame " + frames[place].place + " of " + medium.count;
    large.replaceChildren(stage(frames[place], frames[place].title, frames[place].marks));
  };
  at.addEventListener("input", () => choose(Number(at.value)));
  let playing = 0;
  const stop = () => { clearInterval(playing); playing = 0; play.textContent = "Play"; };
  const play = button("Play", () => {
    if (playing) return stop();
    play.textContent = "Stop";
    playing = setInterval(() => choose((Number(at.value) + 1) % frames.length), 250);
  });
  lent.push(() => clearInterval(playing));
  choose(0);
  return [large, el("div", { class: "flip" }, play, at, told), strip(frames, choose),
    frames.length < medium.count && notice(frames.length + " of " + medium.count + " frames are in this page.")];
};

// --------------------------------------------------------------------- models

const STILL_ONLY = "This browser has no WebGL, so the model does not turn.";

// Files do not tell which of their axes is up.
const turning = (drawn, told, labels) => {
  const canvas = solid(drawn, told, labels);
  if (!canvas) return null;
  const up = button("z up", () => { canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "u" })); up.textContent = up.textContent === "z up" ? "y up" : "z up"; }, { class: "up" });
  return el("div", { class: "turns" }, canvas, up);
};

const modelOf = (drawn, medium, scene, labels) => {
  const still = drawn.picture && el("img", { class: "still", src: dataUrl(drawn.picture), alt: "still of " + words(medium) });
  if (!drawn.points) return [still, left(drawn)];
  const canvas = turning(drawn, words(medium), labels);
  const kept = drawn.faces ? bytes(drawn.faces).length / 6 : bytes(drawn.points).length / 6;
  const all = drawn.faces ? drawn.of[1] : drawn.of[0];
  const fewer = kept < all && notice("Simplified to " + many(kept, drawn.faces ? "face" : "point") + " of " + all.toLocaleString("en") + ".");
  return [el("div", { class: "turning" }, canvas || notice(STILL_ONLY), still), fewer];
};

// --------------------------------------------------------------------- arrays

const tableOf = (drawn, medium, scene) => {
  if (drawn.labels && drawn.names) return labelsOf(drawn, medium, scene);
  const range = drawn.lowest !== undefined && drawn.lowest !== null && el("p", { class: "range" }, number(drawn.lowest), el("span", { class: "ramp", role: "img", "aria-label": "from dark to bright" }), number(drawn.highest));
  if (drawn.curve) return [curve(bytes(drawn.curve)), range];
  return drawn.picture ? [stage(drawn, words(medium), scene.over(medium)), range] : left(drawn);
};

const curve = (values) => {
  const steps = [...values].map((value, place) => place + " " + (258 - value));
  return svg("svg", { class: "outline", viewBox: "0 0 " + Math.max(1, values.length - 1) + " 260", preserveAspectRatio: "none", role: "img", "aria-label": "curve of " + many(values.length, "number") }, svg("path", { class: "curve", d: "M" + steps.join("L") }));
};

// Labels of points colour the points that are as many.
const labelsOf = (drawn, medium, scene) => {
  const total = drawn.counts.reduce((a, b) => a + b, 0);
  const legend = el("ul", { class: "legend" }, drawn.names.slice(0, 40).map((name, place) => {
    const dot = el("span", { class: "dot" });
    dot.style.background = hue(place);
    return el("li", {}, dot, scene.nameOf(name) + ": " + drawn.counts[place].toLocaleString("en"));
  }));
  const cloud = scene.media.map((one) => ["pointcloud", "mesh"].includes(one.kind) && scene.drawn[one.shows[0]]).find((one) => one && one.points && !one.faces && one.of[0] === total);
  return [cloud && el("div", { class: "turning" }, turning(cloud, "points coloured by " + words(medium), bytes(drawn.labels)) || notice(STILL_ONLY)), legend];
};
