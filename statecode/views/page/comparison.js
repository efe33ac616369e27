// The comparison of a predicted run, which the page shows, with the real run: the result, the event of the real run with
// the same number, and the variables of the innermost frames that differ.

const MISSING = "–"; // in place of the value of a variable that one of the runs does not have

class Comparison {
  /** `describe(timeline, k)` returns the nodes that describe an event. */
  constructor(places, timeline, {run, divergence, sentences}, describe) {
    this.places = places;
    this.timeline = timeline;
    this.run = new Timeline(run);
    this.divergence = divergence;
    this.describe = describe;
    places.section.hidden = false;
    places.verdict.textContent = sentences.join(" · ");
    places.verdict.classList.toggle("bad", divergence !== null);
    places.button.disabled = divergence === null;
  }

  /** Display the event `k` of the real run. */
  show(k) {
    const differs = this.divergence !== null && k >= this.divergence;
    const label = element("span", "aside", "the run:");
    const nodes = !differs ? [element("span", "aside", "the same event")]
      : k < this.run.count ? this.describe(this.run, k) : [element("span", "headline bad", "has ended before this event")];
    this.places.real.replaceChildren(label, ...nodes);
    this.places.section.classList.toggle("differs", differs);
    const rows = differs ? this._differing(k) : [];
    this.places.table.hidden = !rows.length;
    this.places.table.tBodies[0].replaceChildren(...rows);
  }

  _differing(k) {
    const ours = innermostVariables(this.timeline, k), theirs = innermostVariables(this.run, k), rows = [];
    for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
      if (ours.get(name) === theirs.get(name)) continue;
      const row = element("tr");
      row.append(element("th", "", name));
      for (const values of [ours, theirs]) {
        const cell = element("td", "value");
        fill(cell, values.has(name) ? values.get(name) : MISSING, SHOWN.value);
        row.append(cell);
      }
      rows.push(row);
    }
    return rows;
  }
}

/** Return name → text of the variables in the frame of event `k`; nothing after the end of the run. */
function innermostVariables(timeline, k) {
  const found = new Map();
  if (k >= timeline.count) return found;
  for (const {name, text} of timeline.variablesAt(timeline.events.frame[k], k)) {
    found.set(timeline.data.names[name][0], timeline.text(text));
  }
  return found;
}
