// The panels. All text from the program becomes text nodes. Only a part of a long text is displayed, with a button that
// displays more, so that the layout of a step takes little time.

const SHOWN = {value: 400, old: 60, note: 90, line: 600, output: 4000, inner: 10, outer: 3, rows: 120, paused: 6};
const SEGMENT_CLASSES = ["", "tok-keyword", "tok-string", "tok-number", "tok-comment", "tok-name"];

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, run, className) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return the position `at`, or `at - 1` if `at` is between the two halves of a character above U+FFFF. */
function wholeCharacters(text, at) {
  const isSecondHalf = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isSecondHalf ? at - 1 : at;
}

function shortened(text, limit) {
  return text.length <= limit ? text : `${text.slice(0, wholeCharacters(text, limit))}…`;
}

/** Make the nodes `wanted` the children of `parent`, in this order. Nodes that are in place already are not moved. */
function arrange(parent, wanted) {
  const kept = new Set(wanted);
  let next = parent.firstChild;
  for (const node of wanted) {
    while (next && !kept.has(next)) {
      const removed = next;
      next = next.nextSibling;
      removed.remove();
    }
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) {
    const removed = next;
    next = next.nextSibling;
    removed.remove();
  }
}

/**
 * Display a text in the element `into`. If the text is more than a tenth longer than `limit` characters, display only
 * `limit` characters, and a button that displays more. If `changedFrom` is passed, mark the part that differs from it.
 */
function fill(into, text, limit, changedFrom) {
  const nodes = [];
  const shown = text.length <= limit * 1.1 ? text : text.slice(0, wholeCharacters(text, limit));
  const [before, middle, after] = changedFrom === undefined ? [shown, "", ""] : difference(changedFrom, shown);
  if (before) nodes.push(before);
  if (middle) nodes.push(element("mark", "", middle));
  if (after) nodes.push(after);
  into.replaceChildren(...nodes);
  if (shown !== text) {
    const more = button(`… ${counted(text.length - shown.length, "more character")}`, () => {
      fill(into, text, limit * 10, changedFrom);
    }, "more");
    into.append(more);
  }
}

/** Return three parts of `text`: before the stretch that differs from `old`, the stretch itself, and after it. */
function difference(old, text) {
  let start = 0, end = 0;
  const most = Math.min(old.length, text.length);
  while (start < most && old[start] === text[start]) start++;
  while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  start = wholeCharacters(text, start);
  const stop = Math.max(start, text.length - end), changedEnd = wholeCharacters(text, stop) === stop ? stop : stop + 1;
  return [text.slice(0, start), text.slice(start, changedEnd), text.slice(changedEnd)];
}

class SourcePanel {
  constructor(place, timeline, go) {
    this.place = place;
    this.timeline = timeline;
    this.note = element("span", "note");
    this.note.setAttribute("aria-hidden", "true");
    this.rows = timeline.data.source.map((segments, i) => this._row(segments, i + 1, go));
    this.marked = [];
    place.append(...this.rows);
    place.style.setProperty("--digits", String(this.rows.length).length);
    const most = Math.max(0, ...[...timeline.lines.values()].map((events) => events.length));
    place.style.setProperty("--counts", `×${most}`.length);
  }

  _row(segments, line, go) {
    const row = element("div", "line"), code = element("code");
    const runs = (this.timeline.lines.get(line) || []).length;
    const number = element("span", "number", String(line));
    if (runs) {
      number.title = `runs ${counted(runs, "time")}; click for the next`;
      number.addEventListener("click", () => go.toLine(line));
    }
    row.dataset.line = line;
    row.append(number, element("span", "runs", runs > 1 ? `×${runs}` : ""), code);
    this._fill(code, segments);
    return row;
  }

  _fill(code, segments) {
    let length = 0;
    for (let i = 0; i < segments.length; i += 2) {
      const text = segments[i + 1], limit = SHOWN.line - length;
      const shown = element("span", SEGMENT_CLASSES[segments[i]]);
      fill(shown, text, Math.max(limit, 20));
      code.append(shown);
      length += text.length;
    }
  }

  show(k, waiting) {
    const {line, fromLine} = this.timeline.events;
    for (const row of this.marked) {
      row.classList.remove("now", "ran", "waits", "raised");
      row.removeAttribute("aria-current");
    }
    this.marked = [];
    for (const one of waiting) this._mark(one, "waits");
    this._mark(fromLine[k], "ran");
    const now = this._mark(line[k], "now");
    if (now) {
      now.setAttribute("aria-current", "step");
      now.classList.toggle("raised", this.timeline.kind(k) === "exception");
    }
    this._annotate(k, this.rows[fromLine[k] - 1]);
    this.target = now || this.rows[fromLine[k] - 1];
  }

  _mark(line, name) {
    const row = this.rows[line - 1];
    if (row) {
      row.classList.add(name);
      this.marked.push(row);
    }
    return row;
  }

  /** Append the changes at event `k`, shortened, to `row`: the row of the line that made them. */
  _annotate(k, row) {
    const text = shortenedChanges(this.timeline, k);
    this.note.textContent = text;
    if (row && text) row.append(this.note);
    else this.note.remove();
  }

  /** Scroll to the current line. `reveal` is called after `show` of all panels, so that the layout is computed once. */
  reveal() {
    const row = this.target;
    if (!row) return;
    const place = this.place, margin = Math.min(90, place.clientHeight / 4);
    const top = row.offsetTop, bottom = top + row.offsetHeight;
    if (top < place.scrollTop + margin || bottom > place.scrollTop + place.clientHeight - margin) {
      place.scrollTop = top - place.clientHeight * 0.4;
    }
  }
}

/** Return the changes of variables at event `k` as a text, shortened; changes of watched expressions are omitted. */
function shortenedChanges(timeline, k) {
  const changes = timeline.events.changes[k], parts = [];
  let length = 0;
  for (let i = 0; i < changes.length && length < SHOWN.note; i += 2) {
    const [name, base] = timeline.data.names[changes[i]];
    if (base !== undefined) continue;
    parts.push(shortened(`${name} = ${timeline.text(changes[i + 1])}`, SHOWN.note));
    length += parts[parts.length - 1].length;
  }
  return shortened(parts.join(", "), SHOWN.note);
}

/** The row of one variable of a frame. Later events reuse the row; it is written only if its content has changed. */
class Row {
  constructor(panel, name, isVariable) {
    this.node = element("tr", isVariable ? "variable" : "watched");
    this.value = element("span", "value");
    this.old = element("span", "old");
    this.extras = element("span", "extras");
    const head = element("th"), cell = element("td");
    head.scope = "row";
    if (isVariable) {
      const find = button(name, () => panel.go.find(name), "find");
      find.tabIndex = -1; // the search field does the same
      find.title = "list its changes";
      head.append(find);
    } else {
      head.append(element("span", "label", name));
    }
    cell.append(this.value, this.old, this.extras);
    this.node.append(head, cell);
    this.shown = null;
  }

  show(timeline, {text, changed, old}, extras) {
    const key = `${text},${changed},${old},${extras}`;
    if (key === this.shown) return;
    this.shown = key;
    const before = timeline.text(old);
    fill(this.value, timeline.text(text), SHOWN.value, changed && before !== null ? before : undefined);
    this.node.classList.toggle("changed", changed);
    this.old.textContent = changed && before !== null ? `was ${shortened(before, SHOWN.old)}` : "";
    this.extras.textContent = extras;
  }
}

class Frame {
  constructor(panel, frame) {
    this.panel = panel;
    this.frame = frame;
    this.rows = new Map();
    this.limit = SHOWN.rows;
    this.node = element("article", "frame");
    this.node.dataset.frame = frame;
    this.where = element("span", "where");
    const title = element("h3");
    title.append(element("span", "function", panel.timeline.functionOf(panel.timeline.frames.get(frame).at[0])), this.where);
    this.result = element("p", "result");
    this.body = element("tbody");
    this.rest = element("tbody");
    this.defined = element("details", "defined");
    this.summary = element("summary");
    const table = element("table"), other = element("table");
    table.append(this.body);
    other.append(this.rest);
    this.defined.append(this.summary, other);
    this.more = button("", () => { this.limit = Infinity; this.show(panel.k); }, "more");
    this.empty = element("p", "empty", "no variables yet");
    this.node.append(title, this.result, table, this.more, this.empty, this.defined);
  }

  show(k) {
    const timeline = this.panel.timeline, last = timeline.lastOf(this.frame, k);
    const line = timeline.events.line[last];
    this.where.textContent = line ? `line ${line}` : "";
    this._showResult(k, last);
    const {main, defined} = this._rowsAt(k);
    arrange(this.body, main.slice(0, this.limit));
    arrange(this.rest, defined);
    this.more.hidden = main.length <= this.limit;
    this.more.textContent = `${counted(main.length - this.limit, "more variable")}`;
    this.empty.hidden = main.length > 0 || !this.result.hidden;
    this.defined.hidden = defined.length === 0;
    this.summary.textContent = defined.length === 1 ? "1 import or definition" : `${defined.length} imports and definitions`;
    this.defined.classList.toggle("changed", defined.some((row) => row.classList.contains("changed")));
  }

  _showResult(k, last) {
    const timeline = this.panel.timeline, kind = timeline.kind(last);
    this.result.hidden = !LEAVING.has(kind) || last !== k;
    if (this.result.hidden) return;
    const value = timeline.text(timeline.events.value[last]);
    const verb = {return: "returns ", yield: "yields ", comprehension_result: "returns "}[kind];
    const shown = element("span", "value");
    fill(shown, value === null ? "" : value, SHOWN.value);
    this.result.replaceChildren(value === null ? "ends because of the exception" : verb, shown);
    this.result.classList.toggle("bad", value === null);
  }

  _rowsAt(k) {
    const timeline = this.panel.timeline, main = [], defined = [];
    const variables = timeline.variablesAt(this.frame, k);
    const extras = this._extras(variables);
    const alive = new Set();
    for (const variable of variables) {
      const [name, base] = timeline.data.names[variable.name];
      if (base && extras.has(base)) continue;
      alive.add(variable.name);
      const row = getOrAdd(this.rows, variable.name, () => new Row(this.panel, rowName(name), base === undefined));
      row.show(timeline, variable, extras.get(name) || "");
      (isDefinition(name, timeline.text(variable.text)) ? defined : main).push(row.node);
    }
    for (const name of this.rows.keys()) if (!alive.has(name)) this.rows.delete(name);
    return {main, defined};
  }

  /** Return a map from the name of a variable to the text of its watched expressions: len, shape, dtype. */
  _extras(variables) {
    const {data} = this.panel.timeline;
    const named = new Set(variables.map(({name}) => data.names[name]).filter((one) => one.length === 1).map(String));
    const extras = new Map();
    for (const {name, text} of variables) {
      const [, base, label] = data.names[name];
      if (!base || !named.has(base)) continue;
      const extra = `${label} ${shortened(data.texts[text], SHOWN.old)}`;
      extras.set(base, extras.has(base) ? `${extras.get(base)}, ${extra}` : extra);
    }
    return extras;
  }
}

function rowName(name) { return /^\.\d+$/.test(name) ? "iterating over" : name; }

/** Return true if a variable is an import, a function or a class, or has a special name such as __name__. */
function isDefinition(name, value) {
  return /^__\w+__$/.test(name) || /^<(module|function|class|built-in function|built-in method) /.test(value);
}

/** The frames of all threads, innermost first, and the suspended generators. */
class FramesPanel {
  constructor(place, timeline, go) {
    this.place = place;
    this.timeline = timeline;
    this.go = go;
    this.frames = new Map();
    this.headings = new Map();
    this.showsAll = false;
    this.k = 0;
  }

  show(k) {
    this.k = k;
    const stacks = this.timeline.stacksAt(k), nodes = [], alive = new Set(), running = this.timeline.events.thread[k];
    stacks.sort((a, b) => (b.thread === running) - (a.thread === running)); // the current thread first
    for (const {thread, top} of stacks) {
      if (this.timeline.manyThreads) nodes.push(this._heading(`thread ${thread}`, this._threadName(thread, k)));
      this._addStack(nodes, alive, thread, top, k);
    }
    const paused = this.timeline.suspendedAt(k);
    if (paused.length) nodes.push(this._heading("paused", `${paused.length} paused: generators, coroutines`));
    for (const frame of paused.slice(0, SHOWN.paused)) nodes.push(this._frame(alive, "paused", frame, k, "paused"));
    for (const key of this.frames.keys()) if (!alive.has(key)) this.frames.delete(key);
    arrange(this.place, nodes);
    return stacks;
  }

  _threadName(thread, k) {
    const name = thread === 0 ? "main thread" : `thread ${thread}`;
    return this.timeline.events.thread[k] === thread ? `${name}, running` : name; // the thread of event k runs; only one does
  }

  _addStack(nodes, alive, thread, top, k) {
    const current = this.timeline.events.frame[k];
    const hide = this.showsAll || top.size <= SHOWN.inner + SHOWN.outer + 1 ? 0 : top.size - SHOWN.inner - SHOWN.outer;
    let position = 0;
    for (let node = top; node; node = node.below, position++) {
      if (position === SHOWN.inner && hide) nodes.push(this._gap(hide));
      if (position >= SHOWN.inner && position < SHOWN.inner + hide) continue;
      nodes.push(this._frame(alive, thread, node.frame, k, node.frame === current ? "current" : ""));
    }
  }

  _frame(alive, thread, frame, k, role) {
    const key = `${thread}:${frame}`;
    alive.add(key);
    const shown = getOrAdd(this.frames, key, () => new Frame(this, frame));
    shown.node.className = `frame ${role}`;
    shown.node.dataset.thread = thread;
    shown.show(k);
    return shown.node;
  }

  _heading(key, text) {
    const made = getOrAdd(this.headings, key, () => element("p", "heading"));
    if (made.textContent !== text) made.textContent = text;
    return made;
  }

  _gap(hidden) {
    const made = getOrAdd(this.headings, "gap", () => button("", () => {
      this.showsAll = true;
      this.go.again();
    }, "more gap"));
    made.textContent = `${counted(hidden, "more frame")}`;
    return made;
  }
}

class OutputPanel {
  constructor(place, data, timeline) {
    this.place = place;
    this.data = data;
    this.timeline = timeline;
    this.limit = SHOWN.output;
    this.more = button("", () => this._more(), "more");
    this.text = element("pre");
    this.end = element("div", "end");
    place.append(this.more, this.text, this.end, ...this._inputs());
    this.shown = null;
  }

  _inputs() {
    return [["stdin", this.data.stdin], ["expected output", this.data.expected]]
      .filter(([, text]) => text).map(([title, text]) => {
        const made = element("details"), body = element("pre");
        fill(body, text, SHOWN.output);
        made.append(element("summary", "", title), body);
        return made;
      });
  }

  _more() {
    this.limit *= 8;
    this.shown = null;
    this.show(this.k, true);
  }

  show(k, keepLimit) {
    this.k = k;
    const ends = this.timeline.events.stdout;
    const end = ends.length ? ends[k] : 0, before = k > 0 ? ends[k - 1] : 0;
    const last = k >= this.timeline.count - 1;
    const key = `${before},${end},${last}`;
    if (last !== this.atEnd) this._showEnd(last, end);
    if (key === this.shown) return;
    if (!keepLimit) this.limit = SHOWN.output;
    this.shown = key;
    this._write(this.data.stdout, before, end);
    this.moved = true;
  }

  reveal() {
    if (this.moved) this.place.scrollTop = this.place.scrollHeight;
    this.moved = false;
  }

  _write(stdout, before, end) {
    const start = wholeCharacters(stdout, Math.max(0, end - this.limit));
    this.more.hidden = start === 0;
    this.more.textContent = `${counted(start, "earlier character")}`;
    const old = stdout.slice(start, Math.max(before, start)), added = stdout.slice(Math.max(before, start), end);
    this.text.replaceChildren(old, ...(added ? [element("mark", "", added)] : []));
    this.text.classList.toggle("nothing", end === 0);
    if (end === 0) this.text.textContent = this.atEnd ? "nothing" : "nothing yet";
  }

  /** Display the output after the last event and stderr, if the current event is the last one. */
  _showEnd(last, end) {
    this.atEnd = last;
    this.end.replaceChildren();
    if (!last) return;
    const rest = this.data.stdout.slice(end);
    if (rest) this._block("printed after the last recorded event", rest);
    if (this.data.stderr) this._block("stderr", this.data.stderr);
  }

  _block(title, text) {
    const body = element("pre");
    fill(body, text, SHOWN.output);
    this.end.append(element("h3", "", title), body);
  }
}

