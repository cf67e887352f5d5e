"use strict";
// What the pointer and the keyboard do on a page of `potts report`: tips over drawings, zoom, tables that sort and filter, a position looked up.
// Without it the drawings and words are all there; the data stand in the page once, as JSON.
(() => {
const root = document.documentElement;
const data = JSON.parse(document.getElementById("data").textContent);
const { labels, letters } = data.target;
const placeOf = new Map(labels.map((label, place) => [label, place]));
const tip = document.getElementById("tip");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick" || key === "oninput") made[key] = value;
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// ---- Light and dark: as the system has it, until the reader chooses.
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
function paint() { root.dataset.theme = matchMedia("print").matches ? "light" : chosen ?? (dark.matches ? "dark" : "light"); }
dark.addEventListener("change", paint);
matchMedia("print").addEventListener("change", paint);
document.getElementById("theme").onclick = () => { chosen = root.dataset.theme === "dark" ? "light" : "dark"; paint(); };
addEventListener("beforeprint", () => { root.dataset.theme = "light"; });
addEventListener("afterprint", paint);
paint();

// ---- Rows by what they are of, looked up when first needed.
function columnsOf(name) { return new Map((data[name]?.columns ?? []).map((column, k) => [column.name, k])); }
function lazily(make) { let made; return () => made ??= make(); }
const contacts = columnsOf("contacts"), singles = columnsOf("mutants");
const keyOf = (i, j) => i < j ? `${i} ${j}` : `${j} ${i}`;
const pairRows = lazily(() => new Map((data.contacts?.rows ?? []).map(row =>
  [keyOf(placeOf.get(String(row[contacts.get("i")])), placeOf.get(String(row[contacts.get("j")]))), row])));
const touching = lazily(() => new Map((data.touching ?? []).map(pair => [keyOf(pair[0], pair[1]), pair])));
const mutantRows = lazily(() => new Map((data.mutants?.rows ?? []).map(row => [row[0], row])));
const siteRows = lazily(() => new Map((data.positions?.rows ?? []).map(row => [String(row[0]), row])));
// A24, of a complex B:A24, as mutants are called.
function called(place) {
  if (letters[place] === "-") return labels[place];
  const colon = labels[place].indexOf(":") + 1;
  return labels[place].slice(0, colon) + letters[place] + labels[place].slice(colon);
}
const modelled = new Set(data.target.modelled);
const LIKELY = 0.1; // The least probability of a partner.

// A value as the tables of the program have it, zeros at the end included; numbers in the unit of an assay may need an exponent.
function written(name, k, value) {
  const digits = data[name].decimals[k];
  if (value === null) return "";
  if (digits === null || typeof value !== "number") return String(value);
  const plain = value.toFixed(digits);
  return Number(plain) === value && Math.abs(value) < 1e15 && !(data[name].columns[k].name === "measured" && value !== 0 && Math.abs(value) < 1e-4)
    ? plain : value.toExponential(digits).replace("e+", "e");
}
function told(name, row, columns) {
  const places = columnsOf(name);
  return columns.filter(column => places.has(column) && row[places.get(column)] !== null && row[places.get(column)] !== "")
    .map(column => `${column} ${written(name, places.get(column), row[places.get(column)])}`).join("\n");
}

// ---- What lies under a point of a drawing.
const readers = {
  map(panel, fx, fy) {
    const i = Math.floor(fx * panel.n), j = Math.floor((1 - fy) * panel.n);
    const row = pairRows().get(keyOf(i, j)), touch = touching().get(keyOf(i, j));
    let words = i === j ? called(i) : `${called(Math.min(i, j))} – ${called(Math.max(i, j))}`;
    const absent = [Math.min(i, j), Math.max(i, j)].filter((place, k) => !modelled.has(place) && (k === 0 || i !== j));
    if (row) words += "\n" + told("contacts", row, ["rank", "probability", "cn", "z", "cn_se", "support", "distance", "verdict"]);
    else if (absent.length) words += `\n${absent.map(called).join(" and ")} not modelled`;
    else words += i === j ? "" : "\nnot among the pairs of the table";
    if (touch) words += `\n${touch[2].toFixed(2)} Å in the structure${touch[3] ? ", between copies or chains" : ""}`;
    return { words, cell: [i / panel.n, 1 - (j + 1) / panel.n, 1 / panel.n, 1 / panel.n], found: !!(row || touch), place: i };
  },
  cells(panel, fx, fy) {
    const column = Math.floor(fx * panel.n), line = Math.floor(fy * panel.rows.length);
    const place = panel.from + column, name = called(place) + panel.rows[line];
    const cell = [column / panel.n, line / panel.rows.length, 1 / panel.n, 1 / panel.rows.length];
    const row = mutantRows().get(name);
    if (letters[place] === panel.rows[line]) return { words: `${called(place)}: the wild type`, cell, place, found: true };
    if (!row) return { words: `${called(place)}: not modelled`, cell, place, found: false };
    const rest = data.mutants.columns.map(column => column.name).filter(column => !["mutant", "position"].includes(column));
    return { words: name + "\n" + told("mutants", row, rest), cell, place, found: true };
  },
  sites(panel, fx) {
    const place = panel.from + Math.floor(fx * panel.n), row = siteRows().get(labels[place]);
    const rest = row ? told("positions", row, data.positions.columns.map(column => column.name).slice(2)) : "not modelled";
    return { words: `${called(place)}\n${rest}`, cell: [(place - panel.from) / panel.n, 0, 1 / panel.n, 1], place, found: true };
  },
  pair(panel, fx, fy, name) {
    const size = panel.rows.length, b = Math.floor(fx * size), a = Math.floor(fy * size);
    const pair = data.interactions[Number(name.split("-")[1])];
    const value = pair.rows[pair.letters.indexOf(panel.rows[a])][pair.letters.indexOf(panel.rows[b])];
    return { words: `${pair.i}${panel.rows[a]} with ${pair.j}${panel.rows[b]}\ninteraction ${value.toFixed(6)} nats`, cell: [b / size, a / size, 1 / size, 1 / size], found: true };
  },
  bars(panel, fx) {
    const bar = Math.floor(fx * panel.shares.length), from = panel.start + bar * panel.step;
    const round = number => Number(number.toPrecision(6));
    return { words: `${round(from)} to ${round(from + panel.step)}\n${(100 * panel.shares[bar]).toFixed(1)} %`, cell: [bar / panel.shares.length, 0, 1 / panel.shares.length, 1], found: true };
  },
  points(panel, fx, fy) {
    const x = panel.xs[0] + fx * (panel.xs[1] - panel.xs[0]), y = panel.ys[1] - fy * (panel.ys[1] - panel.ys[0]);
    let best = null, least = 9e-4;
    for (const row of data.assay.rows) {
      const far = ((scoreOf()(row) - x) / (panel.xs[1] - panel.xs[0])) ** 2 + ((row[1] - y) / (panel.ys[1] - panel.ys[0])) ** 2;
      if (far < least) { least = far; best = row; }
    }
    return best ? { words: told("assay", best, data.assay.columns.map(column => column.name)), cell: [fx, fy, 0, 0], found: true } : null;
  },
};

// ---- Where the arrow keys lead: from cell to cell, from one row of a map to the next, from point to point by its score.
const scoreOf = lazily(() => { const k = data.assay.rows.some(row => row[2] !== null) ? 2 : 3; return row => row[k]; }); // effect_score, else potts_score
const byScore = lazily(() => data.assay.rows.filter(row => row[1] !== null && scoreOf()(row) !== null).sort((a, b) => scoreOf()(a) - scoreOf()(b) || a[1] - b[1]));
function nextPoint(panel, at, step) {
  const points = byScore();
  if (!points.length) return null;
  const point = Math.min(Math.max(at?.point === undefined ? points.length >> 1 : at.point + step, 0), points.length - 1);
  const y = points[point][1], x = scoreOf()(points[point]);
  return { panel, fx: (x - panel.xs[0]) / (panel.xs[1] - panel.xs[0]), fy: (panel.ys[1] - y) / (panel.ys[1] - panel.ys[0]), point };
}
function nextCell(panels, at, [right, down]) {
  const shape = panel => [panel.n ?? panel.shares?.length ?? panel.rows.length, panel.kind === "map" ? panel.n : ["cells", "pair"].includes(panel.kind) ? panel.rows.length : 1];
  let panel = at?.panel ?? panels[0], [columns, lines] = shape(panel);
  let column = at ? Math.floor(at.fx * columns) + right : columns >> 1, line = at ? Math.floor(at.fy * lines) + down : lines >> 1;
  const past = column < 0 || line < 0 ? -1 : column >= columns || line >= lines ? 1 : 0, next = panels[panels.indexOf(panel) + past];
  if (past && next) {
    panel = next;
    const [wide, high] = shape(panel);
    if (column < 0 || column >= columns) column = past < 0 ? wide - 1 : 0; else line = past < 0 ? high - 1 : 0;
    [columns, lines] = [wide, high];
  }
  column = Math.min(Math.max(column, 0), columns - 1);
  line = Math.min(Math.max(line, 0), lines - 1);
  return { panel, fx: (column + 0.5) / columns, fy: (line + 0.5) / lines };
}

function showTip(words, x, y) {
  if (tip.textContent !== words) tip.textContent = words;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
  tip.style.top = Math.max(4, y + 16 + box.height > innerHeight ? y - box.height - 10 : y + 16) + "px";
}

function lively(figure) {
  const name = figure.dataset.figure, panels = data.panels[name] ?? [], svg = figure.querySelector("svg");
  if (!panels.length) return;
  // A title would be shown by the browser as a tip of its own, over ours.
  const title = svg.querySelector("title");
  svg.setAttribute("aria-label", title.textContent);
  svg.removeAttribute("aria-labelledby");
  title.remove();
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  cursor.setAttribute("class", "cursor");
  let at = null; // The panel and the shares of its box that the cursor is at.
  function show({ panel, fx, fy, point }, x, y) {
    fx = Math.min(Math.max(fx, 0), 1 - 1e-9); fy = Math.min(Math.max(fy, 0), 1 - 1e-9);
    const found = readers[panel.kind](panel, fx, fy, name);
    at = { panel, fx, fy, point, place: found?.place };
    if (!found) { hide(); return; }
    const [left, top, wide, high] = found.cell;
    for (const [key, value] of [["x", panel.x + left * panel.w], ["y", panel.y + top * panel.h], ["width", wide * panel.w], ["height", high * panel.h]]) cursor.setAttribute(key, value);
    if (wide) svg.append(cursor); else cursor.remove();
    if (x === undefined) {
      reveal(panel.x + fx * panel.w, panel.y + fy * panel.h);
      const middle = new DOMPoint(panel.x + fx * panel.w, panel.y + fy * panel.h).matrixTransform(svg.getScreenCTM());
      [x, y] = [middle.x, middle.y];
    }
    showTip(found.words, x, y);
  }
  function hide() { tip.hidden = true; cursor.remove(); }
  function locate(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const panel = panels.find(({ x, y, w, h }) => point.x >= x && point.x <= x + w && point.y >= y && point.y <= y + h);
    return panel && { panel, fx: (point.x - panel.x) / panel.w, fy: (point.y - panel.y) / panel.h };
  }
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("pointermove", event => {
    const place = locate(event);
    if (place) show(place, event.clientX, event.clientY); else hide();
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("click", event => { const place = locate(event); if (place && at?.place !== undefined && panels[0].kind !== "map") lookUp(labels[at.place], false); });
  svg.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape") return hide();
    if (event.key === "Enter" && at?.place !== undefined) return lookUp(labels[at.place], true);
    if (!move) return;
    event.preventDefault();
    const next = panels[0].kind === "points" ? nextPoint(panels[0], at, move[0] - move[1]) : nextCell(panels, at, move);
    if (next) show(next);
  });
  const reveal = panels[0].kind === "map" ? zoomable(figure, svg) : (x, y) => uncover(figure.querySelector(".frame"), svg, x, y);
}

// Moves a drawing that is wider than its frame, so that a point of it is seen.
function uncover(frame, svg, x, y) {
  const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM()), box = frame.getBoundingClientRect();
  if (point.x < box.left + 20 || point.x > box.right - 20) frame.scrollLeft += point.x - (box.left + box.right) / 2;
}

// ---- A map is looked at closely.
function zoomable(figure, svg) {
  const full = svg.getAttribute("viewBox").split(" ").map(Number);
  let box = [...full];
  function set(next) {
    const wide = Math.min(full[2], Math.max(next[2], full[2] / 24)), high = wide * full[3] / full[2];
    box = [Math.max(0, Math.min(next[0], full[2] - wide)), Math.max(0, Math.min(next[1], full[3] - high)), wide, high];
    svg.setAttribute("viewBox", box.join(" "));
  }
  const by = (factor, cx = box[0] + box[2] / 2, cy = box[1] + box[3] / 2) =>
    set([cx - (cx - box[0]) * factor, cy - (cy - box[1]) * factor, box[2] * factor, box[3] * factor]);
  const button = (text, label, onclick) => element("button", { type: "button", "aria-label": label, onclick }, text);
  figure.prepend(element("div", { class: "zoom" }, button("+", "Zoom in", () => by(0.6)), button("–", "Zoom out", () => by(1 / 0.6)), button("whole", "Show the whole map", () => set(full))));
  const local = event => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  svg.addEventListener("wheel", event => {
    // Without a key the wheel moves the page, as everywhere; two fingers on a pad come as ctrlKey.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { x, y } = local(event);
    by(event.deltaY < 0 ? 0.8 : 1.25, x, y);
  }, { passive: false });
  svg.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") by(0.6); else if (event.key === "-") by(1 / 0.6); else if (event.key === "0") set(full);
  });
  svg.addEventListener("dblclick", event => { const { x, y } = local(event); by(0.5, x, y); });
  let from = null;
  svg.addEventListener("pointerdown", event => { if (box[2] < full[2]) { from = local(event); svg.setPointerCapture(event.pointerId); } });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { from = null; });
  svg.addEventListener("pointermove", event => {
    if (!from) return;
    const to = local(event);
    set([box[0] + from.x - to.x, box[1] + from.y - to.y, box[2], box[3]]);
  });
  return (x, y) => {
    if (x < box[0] || x > box[0] + box[2] || y < box[1] || y > box[1] + box[3]) set([x - box[2] / 2, y - box[3] / 2, box[2], box[3]]);
  };
}

// ---- Tables.
// Two residues as they are called, R61–E78, are the pair; of a complex A:R61–B:E78.
function pairOf(text) {
  const found = /^\s*(?:(\w):)?[a-z](\d+)\s*(?:[-–]|\s)\s*(?:(\w):)?[a-z](\d+)\s*$/i.exec(text);
  return found && [[found[1], found[2]], [found[3], found[4]]].map(([chain, number]) => held(chain ? `${chain}:${number}` : number));
}
function held(text) { // Positions and ranges, of a chain or of all: 68,A:70-75
  const parts = text.split(",").map(part => /^\s*(?:(\w):)?(\d+)(?:-(\d+))?\s*$/.exec(part)).filter(Boolean);
  return parts.length ? label => {
    const [chain, number] = label.includes(":") ? label.split(":") : [undefined, label];
    return parts.some(([, own, first, last]) => (own === undefined || own === chain) && +number >= +first && +number <= +(last ?? first));
  } : null;
}
const inOrder = new Intl.Collator("en", { numeric: true }); // Made once: it is slow to make.
function quoted(value, separator) {
  return /["\n\r]/.test(value) || value.includes(separator) ? `"${value.replaceAll('"', '""')}"` : value;
}

function tableIn(box) {
  const name = box.dataset.table, { columns, rows } = data[name], usual = box.dataset.columns.split(","), size = +box.dataset.rows;
  let shown = size, sorted = null, falling = false, every = false, kept = rows;
  const filled = columns.map((column, k) => rows.some(row => row[k] !== null && row[k] !== ""));
  const text = (value, k) => written(name, k, value);
  const residues = columns.map((column, k) => k).filter(k => ["i", "j", "position"].includes(columns[k].name));
  // Where no column has them, the positions are in the names of mutants: A24V, A24V:L30D, B:A24V.
  const named = residues.length ? -1 : columns.findIndex(column => column.name === "mutant"), hasPositions = residues.length > 0 || named >= 0;
  const positionsOf = row => named < 0 ? residues.map(k => String(row[k]))
    : [...row[named].matchAll(/(?:(\w):)?[A-Za-z](\d+)/g)].map(([, chain, number]) => chain ? `${chain}:${number}` : number);
  const count = element("span", { class: "count", role: "status" });
  const filter = element("input", { type: "search", size: 16, placeholder: box.dataset.example, "aria-label": `Filter ${box.dataset.caption}` });
  const without = element("input", { size: 12, placeholder: "e.g. 70,130-132", "aria-label": `Positions left out of ${box.dataset.caption}` });
  const body = element("tbody"), head = element("tr"), more = element("button", { type: "button" }, "Show more");
  const visible = () => columns.map((column, k) => k).filter(k => every || usual.includes(columns[k].name) && filled[k]);
  const cellOf = (row, k) => columns[k].name === "page" && row[k] ? element("a", { href: "./" + row[k].split("/").map(encodeURIComponent).join("/") }, row[k].replace(/\.html$/, "")) : columns[k].name === "page" ? row[k + 1] : text(row[k], k);
  const all = separator => [columns.map(column => column.name), ...kept.map(row => row.map(text))].map(row => row.map(value => quoted(value, separator)).join(separator)).join("\n") + "\n";
  function choose() {
    const words = filter.value.trim().toLowerCase(), out = box.dataset.without ? held(without.value) : null;
    const wanted = /^\s*(?:\w:)?\d+(?:\s*[-,]\s*(?:\w:)?\d+)*\s*$/.test(filter.value) ? held(filter.value) : null;
    const pair = residues.length === 2 ? pairOf(filter.value) : null, one = residues.length && !pair ? /^\s*(?:(\w):)?[a-z](\d+)\s*$/i.exec(filter.value) : null;
    const own = one ? held(one[1] ? `${one[1]}:${one[2]}` : one[2]) : null;
    kept = rows.filter(row => (!words || pair && (([i, j]) => pair[0](i) && pair[1](j) || pair[0](j) && pair[1](i))(positionsOf(row)) || own && positionsOf(row).some(own)
        || (wanted && hasPositions ? positionsOf(row).some(wanted) : row.some(value => value !== null && String(value).toLowerCase().includes(words))))
      && !(out && positionsOf(row).some(out)));
    if (sorted !== null) {
      const way = falling ? -1 : 1, empty = value => value === null || value === "";
      kept.sort((a, b) => empty(a[sorted]) ? (empty(b[sorted]) ? 0 : 1) : empty(b[sorted]) ? -1
        : typeof a[sorted] === "number" && typeof b[sorted] === "number" ? way * (a[sorted] - b[sorted])
        : way * inOrder.compare(String(a[sorted]), String(b[sorted])));
    }
    draw();
  }
  function draw() {
    const places = visible();
    head.replaceChildren(...places.map(k => {
      const { name, unit, meaning, number } = columns[k];
      const onclick = () => { falling = sorted === k ? !falling : number; sorted = k; choose(); head.querySelectorAll("button")[places.indexOf(k)].focus(); };
      const sign = sorted === k ? (falling ? " ▼" : " ▲") : "";
      return element("th", { scope: "col", class: number ? "n" : "", "aria-sort": sorted === k ? (falling ? "descending" : "ascending") : null },
        element("button", { type: "button", title: meaning + (unit ? ` (${unit})` : ""), onclick }, name + sign));
    }));
    body.replaceChildren(...kept.slice(0, shown).map(row => element("tr", {}, ...places.map(k =>
      element("td", { class: columns[k].number ? "n" : String(row[k]).length > 40 ? "long" : "" }, cellOf(row, k))))));
    count.textContent = `${Math.min(shown, kept.length)} of ${kept.length} rows` + (kept.length < rows.length ? `, of ${rows.length} in all` : "");
    more.hidden = shown >= kept.length;
  }
  more.onclick = () => { shown = shown * 4; draw(); };
  filter.oninput = choose;
  without.oninput = choose;
  const button = (text, onclick) => element("button", { type: "button", onclick }, text);
  const wider = button("All columns", () => { every = !every; wider.textContent = every ? "Fewer columns" : "All columns"; draw(); });
  const copy = button("Copy", async () => {
    const rows = all("\t");
    try { await navigator.clipboard.writeText(rows); } catch {
      const area = element("textarea"); area.value = rows; document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  const save = button("Download CSV", () => {
    const link = element("a", { href: URL.createObjectURL(new Blob([all(",")], { type: "text/csv" })), download: `${name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
  const bar = element("div", { class: "bar" }, element("label", {}, "Filter ", filter), box.dataset.without ? element("label", {}, "Without positions ", without) : "", columns.length > usual.length ? wider : "", copy, save, count);
  box.append(bar, element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": box.dataset.caption },
    element("table", {}, element("caption", {}, box.dataset.caption), element("thead", {}, head), body)), more);
  const first = columns.findIndex(column => column.name === box.dataset.sorted && rows.some(row => row[columns.indexOf(column)] !== null));
  if (first >= 0) { sorted = first; falling = true; choose(); } else draw();
}

// ---- All about a position.
const card = document.getElementById("position"), find = document.getElementById("find");
function lookUp(label, scroll) {
  const asked = label.trim().toLowerCase();
  if (!asked) { card.hidden = true; return; }
  const isAsked = [own => own.toLowerCase() === asked, (own, k) => called(k).toLowerCase() === asked, own => own.split(":").pop() === asked];
  const place = isAsked.map(test => labels.findIndex(test)).find(found => found >= 0);
  const close = element("button", { type: "button", onclick: () => { card.hidden = true; } }, "Close");
  card.hidden = false;
  if (place === undefined) {
    card.replaceChildren(element("h2", {}, `No position ${label.trim()}`), element("p", {}, `Positions go from ${labels[0]} to ${labels.at(-1)}.`), close);
    return;
  }
  const own = labels[place], row = siteRows().get(own), lines = [];
  if (!row) lines.push(["model", "not modelled"]);
  else data.positions.columns.forEach((column, k) => { if (k > 1 && row[k] !== null && row[k] !== "") lines.push([column.name, written("positions", k, row[k])]); });
  // What is unlikely to touch is no partner, where probabilities are known.
  const likely = pair => { const found = pair[contacts.get("probability")]; return found === null || found === "" || found >= LIKELY; };
  const ofOwn = (data.contacts?.rows ?? []).filter(pair => String(pair[contacts.get("i")]) === own || String(pair[contacts.get("j")]) === own);
  const partners = ofOwn.filter(likely).slice(0, 8).map(pair => {
    const other = String(pair[contacts.get("i")]) === own ? String(pair[contacts.get("j")]) : String(pair[contacts.get("i")]);
    const probability = written("contacts", contacts.get("probability"), pair[contacts.get("probability")]), verdict = contacts.has("verdict") ? pair[contacts.get("verdict")] : null;
    return `${called(placeOf.get(other))} (rank ${pair[0]}${probability && `, probability ${probability}`}${verdict ? `, ${verdict}` : ""})`;
  });
  if (data.contacts) lines.push(["coupled to", partners.join("; ") || (ofOwn.length ? `no position that it is likely to touch: all of its ${ofOwn.length} pairs in the table are below ${LIKELY}` : `nothing among the first ${data.contacts.rows.length} pairs`)]);
  const score = ["effect_score", "potts_score"].find(column => singles.has(column) && (data.mutants?.rows ?? []).some(mutant => mutant[singles.get(column)] !== null));
  const mutants = (data.mutants?.rows ?? []).filter(mutant => String(mutant[1]) === own && mutant[singles.get(score)] != null).sort((a, b) => b[singles.get(score)] - a[singles.get(score)]);
  const list = some => some.map(mutant => `${mutant[0]} ${written("mutants", singles.get(score), mutant[singles.get(score)])}`).join("; ");
  if (mutants.length) lines.push([`best by ${score}`, list(mutants.slice(0, 5))], ["worst", list(mutants.slice(-3).reverse())]);
  const facts = element("dl", {}, ...lines.map(([name, value]) => element("div", {}, element("dt", {}, String(name)), element("dd", {}, String(value)))));
  card.replaceChildren(element("div", { class: "head" }, element("h2", {}, `Position ${called(place)}`), close), facts);
  if (scroll) card.scrollIntoView({ block: "nearest" });
}
find?.addEventListener("change", () => lookUp(find.value, true));
find?.addEventListener("keydown", event => { if (event.key === "Enter") lookUp(find.value, true); });
find?.addEventListener("focus", () => {
  const list = document.getElementById("position-names");
  if (!list.children.length && labels.length <= 2000) list.append(...data.target.modelled.map(place => element("option", { value: labels[place] }, called(place))));
});

document.querySelectorAll(".table").forEach(tableIn);
document.querySelectorAll(".figure").forEach(lively);
root.dataset.ready = "1";
})();
