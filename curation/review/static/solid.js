// Models and clouds of points that turn: a small renderer of its own, on WebGL 2.
const VERTEX = `#version 300 es
in vec3 place; in vec3 tint; uniform mat4 view; uniform float size; out vec3 at; out vec3 colour;
void main() { vec4 seen = view * vec4(place, 1.0); at = seen.xyz; colour = tint; gl_Position = vec4(seen.xy, seen.z * 0.5, 1.0); gl_PointSize = size; }`;
const FRAGMENT = `#version 300 es
precision highp float; in vec3 at; in vec3 colour; uniform bool faces; out vec4 shown;
void main() {
  float light = 1.0 - 0.45 * (at.z * 0.5 + 0.5);
  if (faces) light = 0.3 + 0.7 * abs(normalize(cross(dFdx(at), dFdy(at))).z);
  else if (length(gl_PointCoord - 0.5) > 0.5) discard;
  shown = vec4(colour * light, 1.0);
}`;

const rgb = (css) => [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));

// Turns (longitude, latitude), enlarges, and lets `up` be the y or the z of the file.
const viewOf = (turn, ratio) => {
  const [cy, sy, cx, sx] = [Math.cos(turn.y), Math.sin(turn.y), Math.cos(turn.x), Math.sin(turn.x)];
  const rows = [[cy, 0, -sy], [-sx * sy, cx, -sx * cy], [cx * sy, sx, cx * cy]];
  const columns = [0, 1, 2].map((i) => rows.map((row) => row[i]));
  if (turn.up === "z") [columns[1], columns[2]] = [columns[2].map((v) => -v), columns[1]];
  const scale = 0.96 * turn.near;
  const wide = ratio > 1 ? [scale / ratio, scale] : [scale, scale * ratio];
  return new Float32Array([...columns.flatMap((c) => [c[0] * wide[0], c[1] * wide[1], -c[2] * 0.55, 0]), 0, 0, 0, 1]);
};

const program = (gl) => {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  return gl.getProgramParameter(made, gl.LINK_STATUS) ? made : null;
};

const upload = (gl, made, name, data, type, normal) => {
  const place = gl.getAttribLocation(made, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 3, type, normal, 0, 0);
};

// The middle comes to 0 and the farthest point to 1 from it, so that none leaves the canvas in any turn.
const centred = (steps) => {
  const places = new Float32Array(steps.length);
  for (let axis = 0; axis < 3; axis += 1) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < steps.length; i += 3) { low = Math.min(low, steps[i]); high = Math.max(high, steps[i]); }
    for (let i = axis; i < steps.length; i += 3) places[i] = steps[i] - (low + high) / 2;
  }
  let reach = 1;
  for (let i = 0; i < places.length; i += 3) reach = Math.max(reach, Math.hypot(places[i], places[i + 1], places[i + 2]));
  return places.map((place) => place / reach);
};

const tints = (count, labels) => {
  const plain = [126, 170, 240];
  const colours = new Uint8Array(count * 3);
  for (let i = 0; i < count; i += 1) colours.set(labels && i < labels.length ? rgb(hue(labels[i])) : plain, i * 3);
  return colours;
};

// Returns a canvas that turns under mouse, finger and arrow keys; null where there is no WebGL.
const solid = (drawn, words, labels) => {
  const canvas = el("canvas", { class: "solid", tabindex: "0", role: "img", "aria-label": words + "; turns with the arrow keys, plus and minus bring it nearer, u changes which axis is up" });
  const gl = canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true });
  const made = gl && program(gl);
  if (!made) return null;
  const points = centred(new Uint16Array(bytes(drawn.points).buffer));
  const faces = new Uint16Array(bytes(drawn.faces).buffer);
  gl.useProgram(made);
  upload(gl, made, "place", points, gl.FLOAT, false);
  upload(gl, made, "tint", tints(points.length / 3, labels), gl.UNSIGNED_BYTE, true);
  if (faces.length) {
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, faces, gl.STATIC_DRAW);
  }
  gl.enable(gl.DEPTH_TEST);
  gl.uniform1i(gl.getUniformLocation(made, "faces"), faces.length ? 1 : 0);
  const turn = { x: 0.5, y: 0.6, near: 1, up: "y" };
  let due = 0;
  const paint = () => {
    due = 0;
    const dense = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [canvas.clientWidth * dense || 288, canvas.clientHeight * dense || 288];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix4fv(gl.getUniformLocation(made, "view"), false, viewOf(turn, width / height));
    const size = Math.max(2 * dense, Math.min(8 * dense, Math.sqrt((width * height) / (points.length / 3)) / 2.5));
    gl.uniform1f(gl.getUniformLocation(made, "size"), size * Math.sqrt(turn.near));
    if (faces.length) gl.drawElements(gl.TRIANGLES, faces.length, gl.UNSIGNED_SHORT, 0);
    else gl.drawArrays(gl.POINTS, 0, points.length / 3);
  };
  const again = () => { due = due || requestAnimationFrame(paint); };
  const move = (x, y, near) => {
    turn.y += x;
    turn.x = Math.max(-1.6, Math.min(1.6, turn.x + y));
    turn.near = Math.max(0.3, Math.min(12, turn.near * near));
    again();
  };
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) move(event.movementX / 120, event.movementY / 120, 1); });
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); move(0, 0, Math.exp(-event.deltaY / 600)); }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.15, 0, 1], ArrowRight: [0.15, 0, 1], ArrowUp: [0, -0.15, 1], ArrowDown: [0, 0.15, 1], "+": [0, 0, 1.2], "-": [0, 0, 1 / 1.2] }[event.key];
    if (event.key === "u") { turn.up = turn.up === "y" ? "z" : "y"; again(); }
    else if (step) move(...step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const watch = new ResizeObserver(again);
  watch.observe(canvas);
  lent.push(() => { watch.disconnect(); gl.getExtension("WEBGL_lose_context")?.loseContext(); });
  again();
  return canvas;
};
