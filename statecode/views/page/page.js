// The page: the number of the current event, and all controls that change it.

const data = JSON.parse(document.getElementById("trace").textContent);
const byId = (id) => document.getElementById(id);
const timeline = new Timeline(data);
const last = Math.max(timeline.count - 1, 0);
let current = 0;

const go = {
  to: (k) => show(k),
  again: () => show(current),
  find: (name) => {
    byId("search").value = name;
    search.find(name);
  },
  toLine: (line) => {
    const runs = timeline.lines.get(line) || [];
    const next = Timeline.nearest(runs, current, 1);
    show(next === null ? runs[0] : next);
  },
  hitsChanged: (hits) => {
    drawSkyline(hits);
    announce(byId("found").textContent);
  },
};
const source = new SourcePanel(byId("source"), timeline, go);
const frames = new FramesPanel(byId("frames"), timeline, go);
const output = new OutputPanel(byId("output"), data, timeline);
const comparison = data.comparison ? new Comparison({
  section: byId("comparison"), verdict: byId("verdict"), real: byId("real"), table: byId("differing"),
  button: document.querySelector("[data-go=difference]"),
}, timeline, data.comparison, eventParts) : null;
const search = new Search({field: byId("search"), found: byId("found"), hits: byId("hits"), names: byId("names")}, timeline, go);

const MOVES = {
  first: () => 0,
  last: () => last,
  back: () => current - 1,
  forward: () => current + 1,
  back10: () => current - 10,
  forward10: () => current + 10,
  over: () => timeline.over(current),
  out: () => timeline.out(current),
  sameBefore: () => Timeline.nearest(timeline.lines.get(timeline.events.line[current]) || [], current, -1),
  sameAfter: () => Timeline.nearest(timeline.lines.get(timeline.events.line[current]) || [], current, 1),
  hitBefore: () => search.nearest(-1),
  hitAfter: () => search.nearest(1),
  difference: () => comparison && comparison.divergence,
};
const LETTERS = {o: "over", u: "out", p: "sameBefore", n: "sameAfter"};
const PAGES = {PageUp: "back10", PageDown: "forward10", Home: "first", End: "last"};

function move(name) {
  const k = timeline.count ? MOVES[name]() : null;
  if (k !== null) show(k);
}

/** Display event number `k`. */
function show(k) {
  current = Math.min(Math.max(k, 0), last);
  byId("slider").value = current;
  byId("event").value = current;
  if (timeline.count) showEvent();
  output.show(current);
  search.show(current);
  for (const panel of [source, output, search]) panel.reveal();
  updateDeferred();
}

function showEvent() {
  const k = current, stacks = frames.show(k), {line, thread} = timeline.events;
  const mine = stacks.find((stack) => stack.thread === thread[k]);
  source.show(k, waitingLines(mine.top, k));
  byId("depth").textContent = counted(mine.top.size, "frame");
  byId("slider").setAttribute("aria-valuetext", `event ${k} of ${last}, line ${line[k]}`);
  byId("playhead").style.setProperty("--part", last ? k / last : 0);
  describeEvent(k);
  if (comparison) comparison.show(k);
}

/** Return the current lines of the callers in the stack `top`, but at most those of the 40 innermost callers. */
function waitingLines(top, k) {
  const lines = new Set();
  for (let node = top.below, left = 40; node && left; node = node.below, left--) {
    lines.add(timeline.events.line[timeline.lastOf(node.frame, k)]);
  }
  return lines;
}

const EVENT_TEXTS = {
  call: (name) => `${name} is called`,
  start_generator: (name) => `Generator ${name} starts`,
  reenter_generator: (name) => `Generator ${name} resumes`,
  line: (name, line) => `Line ${line} runs next`,
  return: (name) => `${name} returns`,
  yield: (name) => `${name} yields`,
  exception: (name, line) => `Exception at line ${line}`,
  comprehension: (name, line) => `The comprehension at line ${line} starts`,
  comprehension_result: () => "The comprehension returns",
};

/** Write one line above the panels that describes the event. */
function describeEvent(k) {
  byId("now").replaceChildren(...eventParts(timeline, k), ...(k === last ? [endingNode(data)] : []));
}

/** Return the nodes that describe event `k` of a run. */
function eventParts(timeline, k) {
  const {events} = timeline, kind = timeline.kind(k), value = timeline.text(events.value[k]);
  const cut = LEAVING.has(kind) && value === null, bad = kind === "exception" || cut;
  const name = timeline.functionOf(k);
  const headline = cut ? `${name} ends because of the exception` : EVENT_TEXTS[kind](name, events.line[k]);
  const parts = [element("span", bad ? "headline bad" : "headline", headline)];
  parts[0].dataset.kind = kind;
  if (value !== null) parts.push(element("span", "returned", shortened(value, 200)));
  const changes = shortenedChanges(timeline, k);
  if (changes) parts.push(element("span", "aside", changeLabel(timeline, k, kind)), element("span", "changes", changes));
  if (timeline.manyThreads) parts.push(element("span", "aside", `in thread ${events.thread[k]}`));
  const detail = timeline.text(events.detail[k]);
  if (detail) parts.push(element("pre", "detail", shortened(detail, 1000)));
  return parts;
}

/** Return the label before the changes of an event. */
function changeLabel(timeline, k, kind) {
  const line = timeline.events.fromLine[k];
  return kind === "call" || kind === "start_generator" || !line ? "with" : `line ${line} set`;
}

function endingNode(data) {
  const node = element("div", data.status === "ok" ? "ended" : "ended bad");
  node.append(...data.ending.map((sentence) => element("p", "", shortened(sentence, 2000))));
  return node;
}

let announcing = 0, storing = 0; // timers

/** Announce a text to screen readers. */
function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => { byId("spoken").textContent = text; }, 250);
}

/** Update the text for screen readers and the address after a delay, since a key held down changes the event often. */
function updateDeferred() {
  announce(`event ${current}: ${[...byId("now").children].map((one) => one.textContent).join(" ")}`);
  clearTimeout(storing);
  if (location.protocol !== "about:") // a frame in a notebook has no address
    storing = setTimeout(() => history.replaceState(null, "", `#${current}`), 400);
}

/** Draw the call depth of all events, with marks for exceptions and for the events in `hits`. */
function drawSkyline(hits) {
  const canvas = byId("skyline"), {width, height} = canvas.getBoundingClientRect();
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
  if (comparison && comparison.divergence !== null) {
    ticks(pen, [Math.min(comparison.divergence, last)], column, style.getPropertyValue("--bad"), 0, height);
  }
  ticks(pen, hits, column, style.getPropertyValue("--changed-ink"), 0, 5);
}

function ticks(pen, events, column, colour, top, height) {
  pen.fillStyle = colour;
  for (const x of new Set(events.map(column))) pen.fillRect(x - 0.5, top, 2, height);
}

function onKey(pressed) {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || byId("keys").open) return;
  const target = pressed.target, typing = target.matches("#search, #event");
  const name = nameOfKey(pressed, target, typing);
  if (name === null) return;
  pressed.preventDefault();
  if (name === "search") byId("search").focus();
  else if (name === "keys") byId("keys").showModal();
  else move(name);
}

/** Return the name of the move or other action for a key pressed in the element `target`, or null. */
function nameOfKey({key, shiftKey}, target, typing) {
  if (target.id === "search" && key === "Enter") return shiftKey ? "hitBefore" : "hitAfter";
  if (typing) return null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return (key === "ArrowLeft" ? "back" : "forward") + (shiftKey ? "10" : "");
  }
  if (key in PAGES) return target.closest(".scrolls") ? null : PAGES[key];
  if (!byId("letters").checked) return null;
  if (key === "/") return "search";
  if (key === "?") return "keys";
  return LETTERS[key] || null;
}

function goToTyped() {
  const typed = Number(byId("event").value.replaceAll(/[,\s]/g, ""));
  show(Number.isInteger(typed) ? typed : current);
}

function goToAddress() {
  const address = /^#(\d+)$/.exec(location.hash);
  show(address ? Number(address[1]) : 0);
}

function start() {
  byId("program").textContent = data.program || "a run";
  byId("facts").textContent = data.facts.join(" · ");
  byId("last").textContent = last.toLocaleString("en");
  byId("slider").max = last;
  const ending = byId("ending");
  ending.textContent = [data.status.replaceAll("_", " "), ...(data.truncated ? ["trace truncated"] : [])].join(", ");
  ending.title = `${shortened(data.ending.join("\n"), 1000)}\n(go to the end)`;
  ending.classList.add(data.status === "ok" ? "good" : "bad");
  ending.addEventListener("click", () => move("last"));
  if (!timeline.count) byId("now").replaceChildren(element("span", "headline", "No events were recorded"), endingNode(data));
  for (const one of document.querySelectorAll("[data-go]")) one.addEventListener("click", () => move(one.dataset.go));
  for (const one of document.querySelectorAll("nav button, nav input, .field > *")) one.disabled = !timeline.count;
  byId("slider").addEventListener("input", () => show(Number(byId("slider").value)));
  byId("event").addEventListener("change", goToTyped);
  byId("show-keys").addEventListener("click", () => byId("keys").showModal());
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", goToAddress);
  addEventListener("resize", () => drawSkyline(search.hits));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawSkyline(search.hits));
  goToAddress();
  drawSkyline([]);
}

start();
