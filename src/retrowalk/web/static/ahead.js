// Cues foretold by the frames, kept on the audio clock until their moment: a frame that comes
// late then delays nothing.  Each is told once, whether foretold, announced or both.

import { HAZARDS, schedule, sound, speakAndShake } from "./sounds.js";

const SAME_S = 0.5, // the same kind this near in session time is the same cue
  TOLD_S = 1.5, // an announcement this near a foretold one is its echo
  MISSED_S = 0.3; // later than this a count-down would mislead

export class Ahead {
  #set = []; // {kind, text, due_s, here_s, off, timer, told}

  constructor(clock) {
    this.clock = clock;
  }

  /** What the newest frame foretells: set what is new, call off what is no longer so. */
  keep(planned) {
    const now_s = performance.now() / 1000;
    const found = planned.map((one) => this.#find(one) ?? this.#new(one, now_s));
    for (const one of this.#set) {
      if (!found.includes(one) && one.here_s > now_s) this.#callOff(one);
    }
    this.#set = this.#set.filter((one) => found.includes(one) || now_s - one.here_s < 2 * TOLD_S);
    for (const one of found) if (one && !this.#set.includes(one)) this.#set.push(one);
  }

  /** The server announces a cue as it happens.  Foretold ones have sounded, or are about to. */
  announce({ kind, text }) {
    if (HAZARDS.has(kind)) this.clear();
    const now_s = performance.now() / 1000;
    const echo = this.#set.some(
      (one) => one.kind === kind && one.off && Math.abs(one.here_s - now_s) < TOLD_S,
    );
    if (!echo) sound(kind, text);
  }

  /** Nothing foretold holds any more: a hazard, or a page that hears nothing. */
  clear() {
    const now_s = performance.now() / 1000;
    for (const one of this.#set) if (one.here_s > now_s) this.#callOff(one);
    this.#set = this.#set.filter((one) => one.here_s <= now_s);
  }

  #find({ kind, due_s }) {
    return this.#set.find((one) => one.kind === kind && Math.abs(one.due_s - due_s) < SAME_S);
  }

  #new({ kind, text, due_s }, now_s) {
    const here_s = this.clock.here_s(due_s);
    if (here_s < now_s - MISSED_S) return null;
    const off = schedule(kind, here_s, { due_s });
    const timer = off
      ? setTimeout(() => speakAndShake(kind, text), Math.max(1000 * (here_s - now_s), 0))
      : 0;
    return { kind, text, due_s, here_s, off, timer };
  }

  #callOff(one) {
    one.off?.();
    clearTimeout(one.timer);
    one.off = null;
  }
}
