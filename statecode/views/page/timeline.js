// The state at each event. The stack of each thread is a linked list; many events share its nodes. Each variable has a
// history, in which its value at an event is found by bisection. So no events are replayed, and a jump to any event is
// as fast as a step.

const LEAVING = new Set(["return", "yield", "comprehension_result"]); // after these events the frame leaves its stack
const STARTS_LINE = new Set(["line", "call", "start_generator"]);

/** Return the position of the last number that is at most `limit` in an ascending list; -1 if there is none. */
function lastUpTo(ascending, limit) {
  let low = 0, high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Return the value of a key; if it is missing, make and store it first. */
function getOrAdd(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

class Timeline {
  constructor(data) {
    this.data = data;
    this.events = data.events;
    this.count = data.events.kind.length;
    this.threads = new Map();   // thread → {at: its events, stack: stack at each event, after: stack after it}
    this.frames = new Map();    // frame → {at: its events, names: name → {name, at: events, text: texts}, yields}
    this.lines = new Map();     // line → the events that start it: lines, calls, starts of generators
    this.changes = new Map();   // name → the events that changed it
    for (let k = 0; k < this.count; k++) this._add(k);
    this.manyThreads = this.threads.size > 1;
  }

  kind(k) { return this.data.kinds[this.events.kind[k]]; }
  text(number) { return number < 0 ? null : this.data.texts[number]; }
  functionOf(k) { return this.text(this.events.function[k]); }

  _add(k) {
    const ev = this.events, frame = ev.frame[k], kind = this.kind(k);
    this._move(k, kind, frame, getOrAdd(this.threads, ev.thread[k], () => ({at: [], stack: [], after: []})));
    const known = getOrAdd(this.frames, frame, () => ({at: [], names: new Map(), yields: false}));
    known.at.push(k);
    known.yields ||= kind === "yield";
    if (STARTS_LINE.has(kind)) getOrAdd(this.lines, ev.line[k], () => []).push(k);
    const changes = ev.changes[k];
    for (let i = 0; i < changes.length; i += 2) {
      const name = changes[i];
      const history = getOrAdd(known.names, name, () => ({name, at: [], text: []}));
      history.at.push(k);
      history.text.push(changes[i + 1]);
      const events = getOrAdd(this.changes, name, () => []);
      if (events[events.length - 1] !== k) events.push(k);
    }
  }

  _move(k, kind, frame, thread) {
    let stack = thread.after.length ? thread.after[thread.after.length - 1] : null;
    if (!isOnStack(stack, frame)) stack = {frame, below: stack, size: stack ? stack.size + 1 : 1};
    thread.at.push(k);
    thread.stack.push(stack);
    thread.after.push(LEAVING.has(kind) ? without(stack, frame) : stack);
  }

  /** Return the stacks at event `k` by thread: [{thread, top}]; `top` is a linked list, innermost frame first. */
  stacksAt(k) {
    const stacks = [];
    for (const [thread, moves] of this.threads) {
      const i = lastUpTo(moves.at, k);
      const top = i < 0 ? null : moves.at[i] === k ? moves.stack[i] : moves.after[i];
      if (top) stacks.push({thread, top});
    }
    return stacks.sort((a, b) => a.thread - b.thread);
  }

  /** Return the last event of a frame up to and including `k`; -1 if there is none. */
  lastOf(frame, k) {
    const at = this.frames.get(frame).at, i = lastUpTo(at, k);
    return i < 0 ? -1 : at[i];
  }

  /** Return the frames of the generators that are suspended at event `k`; the frame that yielded last comes first. */
  suspendedAt(k) {
    const suspended = [];
    for (const [frame, known] of this.frames) {
      if (!known.yields) continue;
      const last = this.lastOf(frame, k);
      if (last >= 0 && last !== k && this.kind(last) === "yield") suspended.push({frame, last});
    }
    return suspended.sort((a, b) => b.last - a.last).map(({frame}) => frame);
  }

  /**
   * Return the variables of a frame at event `k` in the order of their first changes: [{name, text, old, changed}].
   * `name`, `text` and `old` are indices; `old` is the value before a change at `k`, or -1.
   */
  variablesAt(frame, k) {
    const found = [];
    for (const {name, at, text} of this.frames.get(frame).names.values()) {
      const i = lastUpTo(at, k);
      if (i < 0) continue;
      const changed = at[i] === k;
      let before = i;
      while (before >= 0 && at[before] === k) before--;
      found.push({name, text: text[i], changed, old: changed && before >= 0 ? text[before] : -1});
    }
    return found;
  }

  /** Return the next event of the same thread that is not in a deeper call; the last event if there is none. */
  over(k) { return this._nextWithDepth(k, (depth) => depth <= this.events.depth[k]); }

  /** Return the next event of the same thread with a smaller call depth; the last event if there is none. */
  out(k) { return this._nextWithDepth(k, (depth) => depth < this.events.depth[k]); }

  _nextWithDepth(k, matches) {
    const {thread, depth} = this.events;
    for (let next = k + 1; next < this.count; next++) {
      if (thread[next] === thread[k] && matches(depth[next])) return next;
    }
    return this.count - 1;
  }

  /** Return the first event after `k` (direction 1) or the last one before `k` (-1) in an ascending list, or null. */
  static nearest(events, k, direction) {
    const i = direction > 0 ? lastUpTo(events, k) + 1 : lastUpTo(events, k - 1);
    return i >= 0 && i < events.length ? events[i] : null;
  }
}

function isOnStack(stack, frame) {
  for (let node = stack; node; node = node.below) if (node.frame === frame) return true;
  return false;
}

function without(stack, frame) {
  const above = [];
  let node = stack;
  for (; node.frame !== frame; node = node.below) above.push(node.frame);
  let rest = node.below;
  while (above.length) rest = {frame: above.pop(), below: rest, size: rest ? rest.size + 1 : 1};
  return rest;
}

