// Session time on this page's own clock.  Frames come late, never early: so the least late
// one of the last half minute is believed.  A window, because two clocks drift apart.

const KEPT_S = 30,
  STOOD_S = 0.5,
  STOOD = 8;

export class SessionClock {
  #heard = []; // [when here, how late it seemed], both in seconds
  #rate = 1;
  #offset_s = null;

  /** A frame made at session time `at_s` has just arrived. */
  hear(at_s, rate = 1, now_s = performance.now() / 1000) {
    if (rate !== this.#rate) this.#heard = [];
    this.#rate = rate;
    this.#heard = this.#heard.filter(([when_s]) => now_s - when_s <= KEPT_S);
    this.#heard.push([now_s, now_s - at_s / rate]);
    // Eight in a row half a second late are no jitter: the session's clock stood still.
    const least = (some) => Math.min(...some.map(([, late_s]) => late_s));
    const latest = this.#heard.slice(-STOOD);
    if (latest.length === STOOD && least(latest) > least(this.#heard) + STOOD_S) {
      this.#heard = latest;
    }
    this.#offset_s = least(this.#heard);
  }

  /** When session time `at_s` is, in seconds of performance.now(); null before any frame. */
  here_s(at_s) {
    return this.#offset_s === null ? null : this.#offset_s + at_s / this.#rate;
  }
}
