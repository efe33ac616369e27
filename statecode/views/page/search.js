// The search lists the changes of a variable, or the executions of a line. Only the part of the list around the current
// event is displayed.

const HITS_SHOWN = 60;

class Search {
  constructor(places, timeline, go) {
    this.places = places; // {field, found, hits, names}
    this.timeline = timeline;
    this.go = go;
    this.hits = [];       // events, ascending
    this.first = 0;       // index of the first hit displayed
    const names = timeline.data.names.map(([name], number) => ({name, number, plain: timeline.data.names[number].length === 1}));
    this.names = names.filter(({number}) => timeline.changes.has(number));
    places.names.append(...this.names.filter(({plain}) => plain).slice(0, 500).map(({name}) => {
      const option = element("option");
      option.value = name;
      return option;
    }));
    places.field.addEventListener("input", () => this.find(places.field.value));
  }

  /**
   * List the events that `query` finds. A number, or `line` and a number, finds the executions of this line. Any other
   * text finds the changes of the variable with this name or, if there is none, of all names that contain the text.
   */
  find(query) {
    const text = query.trim();
    this.matching = this._matching(text);
    this.isLine = /^(line )?\d+$/.test(text);
    if (this.isLine) this.hits = this.timeline.lines.get(Number(text.replace("line ", ""))) || [];
    else this.hits = this._eventsOf(this.matching);
    this.first = Infinity; // no hits are displayed yet
    this.query = text;
    this.show(this.k || 0);
    this.reveal();
    this.go.hitsChanged(this.hits);
  }

  _matching(text) {
    if (!text) return new Set();
    let found = this.names.filter(({name}) => name === text);
    const small = text.toLowerCase();
    if (!found.length) found = this.names.filter(({name}) => name.toLowerCase().includes(small));
    return new Set(found.map(({number}) => number));
  }

  _eventsOf(names) {
    if (names.size === 1) return this.timeline.changes.get([...names][0]);
    const events = new Set();
    for (const name of names) for (const k of this.timeline.changes.get(name)) events.add(k);
    return [...events].sort((a, b) => a - b);
  }

  nearest(direction) { return Timeline.nearest(this.hits, this.k, direction); }

  show(k) {
    this.k = k;
    const current = lastUpTo(this.hits, k);
    if (!this.query) {
      if (!this.places.hits.hidden) this.places.hits.replaceChildren();
      this.places.hits.hidden = true;
      this.places.found.textContent = "";
      return;
    }
    this._describe(current);
    this.places.hits.hidden = this.hits.length === 0;
    if (current < this.first || current >= this.first + HITS_SHOWN) this._list(Math.max(0, current - 20));
    this._markCurrent(current, k);
  }

  _describe(current) {
    const noun = this.isLine ? "run" : "change", total = this.hits.length;
    const names = this.isLine ? "" : [...this.matching].slice(0, 4).map((n) => this.timeline.data.names[n][0]).join(", ");
    const exact = names === this.query || this.isLine ? "" : ` of ${names}${this.matching.size > 4 ? ", …" : ""}`;
    const position = current >= 0 ? `, ${(current + 1).toLocaleString("en")} up to here` : "";
    const text = total ? `${counted(total, noun)}${exact}${position}` : this.isLine ? "this line has no event" : "no such variable";
    if (this.places.found.textContent !== text) this.places.found.textContent = text;
  }

  _list(first) {
    this.first = first;
    const shown = this.hits.slice(first, first + HITS_SHOWN).map((k) => this._item(k));
    const left = this.hits.length - first - HITS_SHOWN;
    if (first > 0) shown.unshift(this._pageButton(`${counted(first, "earlier one")}`, Math.max(0, first - HITS_SHOWN)));
    if (left > 0) shown.push(this._pageButton(`${counted(left, "later one")}`, first + HITS_SHOWN));
    this.places.hits.replaceChildren(...shown);
    this.marked = null;
  }

  _pageButton(text, first) {
    const item = element("li");
    item.append(button(text, () => this._list(first), "more"));
    return item;
  }

  _item(k) {
    const {events, data} = this.timeline, item = element("li"), changes = events.changes[k];
    const parts = [];
    for (let i = 0; i < changes.length; i += 2) {
      if (!this.isLine && !this.matching.has(changes[i])) continue;
      if (this.isLine && data.names[changes[i]].length > 1) continue;
      parts.push(`${data.names[changes[i]][0]} = ${shortened(data.texts[changes[i + 1]], 120)}`);
    }
    const jump = button("", () => this.go.to(k), "hit");
    jump.dataset.event = k;
    const line = this.isLine ? events.line[k] : events.fromLine[k];
    jump.append(element("span", "at", k.toLocaleString("en")), element("span", "value", shortened(parts.join(", "), 240)),
      element("span", "in", `${this.timeline.functionOf(k)}:${line}`));
    item.append(jump);
    return item;
  }

  _markCurrent(current, k) {
    if (this.marked) this.marked.removeAttribute("aria-current");
    this.marked = this.places.hits.querySelector(`[data-event="${this.hits[current]}"]`);
    if (this.marked) this.marked.setAttribute("aria-current", this.hits[current] === k ? "step" : "false");
  }

  reveal() {
    if (!this.marked || !this.query) return;
    const list = this.places.hits, top = this.marked.offsetTop, bottom = top + this.marked.offsetHeight;
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 2;
  }
}

