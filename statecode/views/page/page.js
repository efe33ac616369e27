// The page: one number, the current event, and everything that changes it.

const data = JSON.parse(document.getElementById("trace").textContent);
const place = (id) => document.getElementById(id);
const timeline = new Timeline(data);
const last = Math.max(timeline.count - 1, 0);
let current = 0;

const go = {
  to: (k) => show(k),
  again: () => show(current),
  find: (name) => {
    place("search").value = name;
    search.find(name);
  },
  toLine: (line) => {
    const runs = timeline.lines.get(line) || [];
    const next = Timeline.beside(runs, current, 1);
    show(next === null ? runs[0] : next);
  },
  hitsChanged: (hits) => {
    drawSkyline(hits);
    speak(place("found").textContent);
  },
};
const source = new SourcePanel(place("source"), timeline, go);
const frames = new FramesPanel(place("frames"), timeline, go);
const output = new OutputPanel(place("output"), data, timeline);
const search = new Search({field: place("search"), found: place("found"), hits: place("hits"), names: place("names")}, timeline, go);

const MOVES = {
  first: () => 0,
  last: () => last,
  back: () => current - 1,
  forward: () => current + 1,
  back10: () => current - 10,
  forward10: () => current + 10,
  over: () => timeline.over(current),
  out: () => timeline.out(current),
  sameBefore: () => Timeline.beside(timeline.lines.get(timeline.events.line[current]) || [], current, -1),
  sameAfter: () => Timeline.beside(timeline.lines.get(timeline.events.line[current]) || [], current, 1),
  hitBefore: () => search.beside(-1),
  hitAfter: () => search.beside(1),
};
const LETTERS = {o: "over", u: "out", p: "sameBefore", n: "sameAfter"};
const PAGES = {PageUp: "back10", PageDown: "forward10", Home: "first", End: "last"};

function move(name) {
  const k = timeline.count ? MOVES[name]() : null;
  if (k !== null) show(k);
}

/** Show an event; everything on the page follows from its number. */
function show(k) {
  current = Math.min(Math.max(k, 0), last);
  place("slider").value = current;
  place("event").value = current;
  if (timeline.count) showEvent();
  output.show(current);
  search.show(current);
  for (const panel of [source, output, search]) panel.reveal();
  tellOthers();
}

function showEvent() {
  const k = current, stacks = frames.show(k), {line, thread} = timeline.events;
  const mine = stacks.find((stack) => stack.thread === thread[k]);
  source.show(k, waitingLines(mine.top, k));
  place("depth").textContent = counted(mine.top.size, "frame");
  place("slider").setAttribute("aria-valuetext", `event ${k} of ${last}, line ${line[k]}`);
  place("playhead").style.setProperty("--part", last ? k / last : 0);
  narrate(k);
}

/** Where the callers of the current frame wait; of a deep recursion the nearest are enough. */
function waitingLines(top, k) {
  const lines = new Set();
  for (let node = top.below, left = 40; node && left; node = node.below, left--) {
    lines.add(timeline.events.line[timeline.lastOf(node.frame, k)]);
  }
  return lines;
}

const HAPPENS = {
  call: (name) => `${name} is called`,
  start_generator: (name) => `Generator ${name} starts`,
  reenter_generator: (name) => `Generator ${name} goes on`,
  line: (name, line) => `Line ${line} runs next`,
  return: (name) => `${name} returns`,
  yield: (name) => `${name} yields`,
  exception: (name, line) => `Exception at line ${line}`,
  comprehension: (name, line) => `The comprehension at line ${line} starts`,
  comprehension_result: () => "The comprehension gives",
};

/** One line that says what happens, above the panels. */
function narrate(k) {
  const {events} = timeline, kind = timeline.kind(k), value = timeline.text(events.value[k]);
  const cut = LEAVING.has(kind) && value === null, bad = kind === "exception" || cut;
  const name = timeline.functionOf(k);
  const said = cut ? `${name} ends by the exception` : HAPPENS[kind](name, events.line[k]);
  const parts = [element("span", bad ? "said bad" : "said", said)];
  parts[0].dataset.kind = kind;
  if (value !== null) parts.push(element("span", "gives", shortened(value, 200)));
  const did = changesInShort(timeline, k);
  if (did) parts.push(element("span", "aside", wherefrom(k, kind)), element("span", "did", did));
  if (timeline.manyThreads) parts.push(element("span", "aside", `in thread ${events.thread[k]}`));
  const detail = timeline.text(events.detail[k]);
  if (detail) parts.push(element("pre", "detail", shortened(detail, 1000)));
  if (k === last) parts.push(endingNode());
  place("now").replaceChildren(...parts);
}

function wherefrom(k, kind) {
  const line = timeline.events.fromLine[k];
  return kind === "call" || kind === "start_generator" || !line ? "with" : `line ${line} set`;
}

function endingNode() {
  const node = element("div", data.status === "ok" ? "ended" : "ended bad");
  node.append(...data.ending.map((sentence) => element("p", "", shortened(sentence, 2000))));
  return node;
}

let speaking = 0, remembering = 0;

function speak(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { place("spoken").textContent = text; }, 250);
}

/** What need not keep up with a held key: the voice of a screen reader, and the address. */
function tellOthers() {
  speak(`event ${current}: ${[...place("now").children].map((one) => one.textContent).join(" ")}`);
  clearTimeout(remembering);
  remembering = setTimeout(() => history.replaceState(null, "", `#${current}`), 400);
}

/** Depth over time, with exceptions and the hits of the search. */
function drawSkyline(hits) {
  const canvas = place("skyline"), {width, height} = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1, style = getComputedStyle(canvas), pen = canvas.getContext("2d");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  pen.scale(scale, scale);
  const {depth} = timeline.events, deepest = depth.reduce((most, one) => Math.max(most, one), 0);
  const columns = new Float32Array(Math.max(1, Math.ceil(width)));
  const column = (k) => Math.min(columns.length - 1, Math.floor((last ? k / last : 0) * (columns.length - 1)));
  for (let k = 0, from = 0; k < timeline.count; k++) {
    const to = column(k);
    for (let x = from; x <= to; x++) columns[x] = Math.max(x < to ? 0 : columns[x], depth[k] + 1);
    from = to + (k + 1 < timeline.count && column(k + 1) > to ? 1 : 0);
  }
  pen.fillStyle = style.getPropertyValue("--sky");
  columns.forEach((tall, x) => {
    const up = (tall / (deepest + 1)) * (height - 8);
    pen.fillRect(x, height - up, 1, up);
  });
  ticks(pen, timeline.events.kind.flatMap((kind, k) => (data.kinds[kind] === "exception" ? [k] : [])), column, style.getPropertyValue("--bad"), height - 5, 5);
  ticks(pen, hits, column, style.getPropertyValue("--changed-ink"), 0, 5);
}

function ticks(pen, events, column, colour, top, height) {
  pen.fillStyle = colour;
  for (const x of new Set(events.map(column))) pen.fillRect(x - 0.5, top, 2, height);
}

function onKey(pressed) {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || place("keys").open) return;
  const target = pressed.target, typing = target.matches("#search, #event");
  const name = nameOfKey(pressed, target, typing);
  if (name === null) return;
  pressed.preventDefault();
  if (name === "search") place("search").focus();
  else if (name === "keys") place("keys").showModal();
  else move(name);
}

/** Which move a key means where it was pressed, or null. */
function nameOfKey({key, shiftKey}, target, typing) {
  if (target.id === "search" && key === "Enter") return shiftKey ? "hitBefore" : "hitAfter";
  if (typing) return null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return (key === "ArrowLeft" ? "back" : "forward") + (shiftKey ? "10" : "");
  }
  if (key in PAGES) return target.closest(".scrolls") ? null : PAGES[key];
  if (!place("letters").checked) return null;
  if (key === "/") return "search";
  if (key === "?") return "keys";
  return LETTERS[key] || null;
}

function goToTyped() {
  const typed = Number(place("event").value.replaceAll(/[,\s]/g, ""));
  show(Number.isInteger(typed) ? typed : current);
}

function goToAddress() {
  const asked = /^#(\d+)$/.exec(location.hash);
  show(asked ? Number(asked[1]) : 0);
}

function start() {
  place("program").textContent = data.program || "a run";
  place("facts").textContent = data.facts.join(" · ");
  place("last").textContent = last.toLocaleString("en");
  place("slider").max = last;
  const ending = place("ending");
  ending.textContent = [data.status.replaceAll("_", " "), ...(data.cutOff ? ["record cut off"] : [])].join(", ");
  ending.title = `${shortened(data.ending.join("\n"), 1000)}\n(go to the end)`;
  ending.classList.add(data.status === "ok" ? "good" : "bad");
  ending.addEventListener("click", () => move("last"));
  if (!timeline.count) place("now").replaceChildren(element("span", "said", "Nothing was recorded"), endingNode());
  for (const one of document.querySelectorAll("[data-go]")) one.addEventListener("click", () => move(one.dataset.go));
  for (const one of document.querySelectorAll("nav button, nav input, .field > *")) one.disabled = !timeline.count;
  place("slider").addEventListener("input", () => show(Number(place("slider").value)));
  place("event").addEventListener("change", goToTyped);
  place("show-keys").addEventListener("click", () => place("keys").showModal());
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", goToAddress);
  addEventListener("resize", () => drawSkyline(search.hits));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawSkyline(search.hits));
  goToAddress();
  drawSkyline([]);
}

start();
