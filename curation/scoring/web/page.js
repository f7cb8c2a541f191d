"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const boards = new Map(data.boards.map((board) => [board.id, board]));
  const state = { board: data.boards[0].id, level: "L2", sort: "rank", down: false, filter: "" };

  const el = (name, text, attributes = {}) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const shown = (value) => (value === null || value === undefined ? "-" : value.toFixed(2));
  const span = (pair) => (pair ? pair[0].toFixed(1) + " to " + pair[1].toFixed(1) : "");
  const css = (modality) => (modality === "3D" ? "m3D" : modality);
  const levelsOf = (board) => ["L2", "L3", "L4", "L5"].slice(0, board.highest - 1);
  const option = (value, text) => el("option", text, { value });

  // What stands in a column: how it is called, what it sorts by, and its cell.
  const columns = (board) => [
    { key: "rank", title: "Rank", value: (s) => s.rank, cell: (s) => el("td", s.rank) },
    { key: "model", title: "Model", text: true, value: (s) => s.model.toLowerCase(), cell: (s) => el("th", s.model, { scope: "row" }) },
    { key: "level", title: "Level", value: (s) => s.level, cell: (s) => el("td", s.level) },
    ...levelsOf(board).map((level) => ({
      key: level, title: level, value: (s) => s[level], cell: (s) => score(s, level),
    })),
    ...bars(board),
    { key: "wins", title: "Won", value: (s) => s.wins, cell: (s) => el("td", s.wins) },
    { key: "supported", title: "Answered", value: (s) => s.supported, cell: (s) => el("td", s.supported + " of " + s.tasks) },
  ];

  const score = (standing, level) => {
    const cell = el("td", shown(standing[level]));
    const pair = (standing.intervals || {})[level];
    if (pair) cell.append(el("small", span(pair), { title: "95 %, " + standing.drawn + " drawn anew" }));
    return cell;
  };

  // Skills and paradigms belong to one modality, and their bar is the board's own score.
  const bars = (board) => {
    const level = levelsOf(board).includes(state.level) ? state.level : "L2";
    const single = board.scope === "C" || board.scope === "D";
    return board.modalities.map((modality) => {
      const part = (s) => (single ? s : (s.modalities || {})[modality] || {});
      return {
        key: "bar-" + modality, title: modality + " " + level,
        value: (s) => part(s)[level], cell: (s) => barCell(modality, part(s), level),
      };
    });
  };

  const barCell = (modality, part, level) => {
    const value = part[level];
    const pair = (part.intervals || {})[level];
    const words = modality + " " + level + " " + shown(value) + (pair ? ", 95 % interval " + span(pair) : "");
    const cell = el("td", shown(value), { class: css(modality), title: words });
    const bar = svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img", "aria-label": words });
    const clamp = (x) => Math.min(100, Math.max(0, x));
    bar.append(svg("rect", { class: "track", x: 0, y: 0, width: 100, height: 10 }));
    if (typeof value === "number") bar.append(svg("rect", { class: "value", x: 0, y: 0, width: clamp(value), height: 10 }));
    if (pair) {
      bar.append(svg("line", { x1: clamp(pair[0]), x2: clamp(pair[1]), y1: 5, y2: 5, "vector-effect": "non-scaling-stroke" }));
      for (const x of pair) bar.append(svg("line", { x1: clamp(x), x2: clamp(x), y1: 2, y2: 8, "vector-effect": "non-scaling-stroke" }));
    }
    cell.append(bar);
    return cell;
  };

  // Nothing sorts last, whichever way.
  const ordered = (standings, column) => {
    const sign = state.down ? -1 : 1;
    return [...standings].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      const [none, nothing] = [x === null || x === undefined, y === null || y === undefined];
      if (none || nothing) return none - nothing || a.rank - b.rank;
      return (x < y ? -sign : x > y ? sign : 0) || a.rank - b.rank || (a.model < b.model ? -1 : 1);
    });
  };

  const heading = (column) => {
    const current = column.key === state.sort;
    const th = el("th", undefined, {
      scope: "col", "aria-sort": current ? (state.down ? "descending" : "ascending") : "none",
      ...(column.text ? { class: "name" } : {}),
    });
    const button = el("button", column.title, { type: "button", "data-key": column.key });
    button.addEventListener("click", () => {
      state.down = current ? !state.down : !(column.text || column.key === "rank");
      state.sort = column.key;
      draw();
      document.querySelector("[data-key='" + CSS.escape(column.key) + "']").focus();
    });
    th.append(button);
    return th;
  };

  const drawn = (board) => {
    const kinds = [...new Set(board.standings.map((s) => s.drawn).filter(Boolean))].sort();
    return kinds.length ? "; intervals from " + kinds.join(" or ") + " drawn anew" : "";
  };

  const draw = () => {
    const board = boards.get(state.board);
    const all = columns(board);
    if (!all.some((c) => c.key === state.sort)) Object.assign(state, { sort: "rank", down: false });
    const column = all.find((c) => c.key === state.sort);
    const wanted = board.standings.filter((s) => s.model.toLowerCase().includes(state.filter));
    const table = el("table");
    table.append(el("caption", board.title + ", " + board.tasks + (board.tasks === 1 ? " task" : " tasks") + drawn(board)));
    const head = el("tr");
    head.append(...all.map(heading));
    const thead = el("thead");
    thead.append(head);
    const body = el("tbody");
    for (const standing of ordered(wanted, column)) {
      const row = el("tr");
      row.append(...all.map((c) => c.cell(standing)));
      body.append(row);
    }
    table.append(thead, body);
    byId("board").replaceChildren(table);
    byId("count").textContent = wanted.length + " of " + board.standings.length + (board.standings.length === 1 ? " model" : " models");
  };

  const fillBoards = () => {
    const scope = boards.get(state.board).scope;
    byId("scope").value = scope;
    byId("which").replaceChildren(...data.boards.filter((b) => b.scope === scope).map((b) => option(b.id, b.title)));
    byId("which").value = state.board;
    const levels = levelsOf(boards.get(state.board));
    byId("level").replaceChildren(...levels.map((level) => option(level, level)));
    byId("level").value = levels.includes(state.level) ? state.level : "L2";
  };

  const go = (id) => {
    state.board = id;
    fillBoards();
    draw();
    try { history.replaceState(null, "", "#" + id); } catch { /* a page without an address of its own */ }
  };

  const scopes = [...new Set(data.boards.map((b) => b.scope))];
  byId("scope").append(...scopes.map((scope) => option(scope, scope + ": " + data.scopes[scope])));
  byId("scope").addEventListener("change", (event) => go(data.boards.find((b) => b.scope === event.target.value).id));
  byId("which").addEventListener("change", (event) => go(event.target.value));
  byId("level").addEventListener("change", (event) => { state.level = event.target.value; draw(); });
  byId("filter").addEventListener("input", (event) => { state.filter = event.target.value.toLowerCase(); draw(); });
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  const follow = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* not an address of ours */ }
    if (boards.has(id)) state.board = id;
    fillBoards();
    draw();
  };
  window.addEventListener("hashchange", follow);
  byId("controls").hidden = false;
  follow();
})();
