// Sounds: waveform, spectrogram and player; of MIDI, which holds no sound, the notes.
const outline = (drawn, marks) => {
  const pairs = new Int8Array(bytes(drawn.outline).buffer);
  const count = pairs.length / 2;
  const up = [];
  const down = [];
  for (let i = 0; i < count; i += 1) {
    up.push(i + " " + (128 - pairs[2 * i + 1]));
    down.unshift(i + " " + (128.5 - pairs[2 * i]));
  }
  const lines = svg("svg", { class: "outline", viewBox: "0 0 " + count + " 256", preserveAspectRatio: "none", role: "img", "aria-label": "waveform, " + drawn.seconds.toFixed(2) + " seconds" });
  for (const mark of marks) {
    const [start, end] = mark.shape.map((second) => (second / drawn.seconds) * count);
    lines.append(svg("rect", { class: "span", x: start, y: 0, width: Math.max(1, end - start), height: 256, fill: mark.hue, "data-reference": String(mark.reference) }));
  }
  lines.append(svg("path", { d: "M" + up.join("L") + "L" + down.join("L") + "Z" }));
  return lines;
};

// Notes as a piano roll: time goes to the right, high ones are above.
const pitched = (pitch) => ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"][pitch % 12] + (Math.floor(pitch / 12) - 1);
const rollOf = (drawn) => {
  const pitches = drawn.notes.map((note) => note[2]);
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  const end = Math.max(...drawn.notes.map((note) => note[0] + note[1]));
  const told = many(drawn.notes.length, "note") + " from " + pitched(low) + " to " + pitched(high) + " in " + many(Math.ceil(end), "quarter");
  const roll = svg("svg", { class: "outline roll", viewBox: "0 0 " + end + " " + (high - low + 3), preserveAspectRatio: "none", role: "img", "aria-label": told },
    drawn.notes.map(([start, length, pitch]) => svg("rect", { x: start, y: high - pitch + 1, width: Math.max(length, end / 1000), height: 1 })));
  return [roll, el("div", { class: "scale" }, el("span", {}, told + "; MIDI holds no sound to be played")),
    drawn.notes.length < drawn.of && notice("The first of " + many(drawn.of, "note") + ".")];
};

const soundOf = (drawn, medium, scene) => {
  if (drawn.notes) return rollOf(drawn);
  if (!drawn.picture && !drawn.sound) return left(drawn);
  const head = el("div", { class: "head" });
  const spectrum = drawn.picture && el("img", { class: "spectrum", src: dataUrl(drawn.picture), alt: "spectrogram, 0 to " + number(drawn.top / 1000) + " kHz over " + drawn.seconds.toFixed(2) + " seconds" });
  const graph = el("div", { class: "graph" }, outline(drawn, scene.over(medium)), spectrum, head);
  const scale = el("div", { class: "scale" }, el("span", {}, "0 s"), el("span", {}, "waveform; spectrogram, 0 to " + number(drawn.top / 1000) + " kHz"), el("span", {}, drawn.seconds.toFixed(2) + " s"));
  if (!drawn.sound) return [graph, scale, left(drawn)];
  const player = el("audio", { controls: true, preload: "auto", src: lend(drawn.sound, drawn.mime), "aria-label": words(medium) });
  const step = () => { head.style.left = Math.min(100, (100 * player.currentTime) / drawn.seconds) + "%"; };
  player.addEventListener("timeupdate", step);
  graph.addEventListener("click", (event) => {
    const box = graph.getBoundingClientRect();
    player.currentTime = ((event.clientX - box.left) / box.width) * drawn.seconds;
    player.play().catch(() => {});
  });
  return [graph, scale, player, drawn.excerpt !== null && notice("The first " + drawn.excerpt.toFixed(1) + " s are played here" + MORE)];
};
