// Earcons: one short figure per kind of cue, told apart with eyes closed.
// A figure is notes of [start s, length s, Hz, wave]; falling is back, rising is forward.

const FIGURES = {
  back: [
    [0, 0.22, 660],
    [0.24, 0.22, 494],
    [0.48, 0.4, 330],
  ],
  forward: [
    [0, 0.22, 330],
    [0.24, 0.22, 494],
    [0.48, 0.4, 660],
  ],
  turn: [
    [0, 0.16, 523],
    [0.18, 0.16, 784],
    [0.36, 0.16, 523],
    [0.54, 0.16, 784],
    [0.72, 0.16, 523],
    [0.9, 0.3, 784],
  ],
  stop: [
    [0, 0.55, 165, "square"],
    [0.65, 0.55, 165, "square"],
  ],
  rest: [
    [0, 0.3, 523],
    [0.32, 0.3, 415],
    [0.64, 0.6, 349],
  ],
  ready: [
    [0, 0.5, 392],
    [0, 0.5, 494],
    [0, 0.5, 587],
  ],
  "ten seconds": [[0, 0.5, 988]],
  three: [[0, 0.14, 784]],
  two: [[0, 0.14, 784]],
  one: [[0, 0.4, 1047]],
  warn: [
    [0, 0.12, 988, "square"],
    [0.2, 0.12, 988, "square"],
    [0.4, 0.12, 988, "square"],
  ],
  end: [
    [0, 0.2, 392],
    [0.2, 0.2, 494],
    [0.4, 0.2, 587],
    [0.6, 0.7, 784],
  ],
  "safety key": [
    [0, 0.3, 880, "sawtooth"],
    [0.3, 0.3, 587, "sawtooth"],
    [0.6, 0.3, 880, "sawtooth"],
    [0.9, 0.3, 587, "sawtooth"],
  ],
};
const COUNTS = new Set(["ten seconds", "three", "two", "one"]);
const SILENT_WORDS = new Set(["three", "two", "one"]); // the tick says it faster than a voice
const LOUD = 0.5,
  SOFT_EDGE_S = 0.015;

let context = null;

/** Browsers allow sound only after a touch: call this from one. */
export function unlock() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  context ??= new Context();
  context.resume();
}

export function ready() {
  return context !== null && context.state === "running";
}

export function countsWanted() {
  return localStorage.getItem("retrowalk.counts") !== "off";
}

export function wantCounts(wanted) {
  localStorage.setItem("retrowalk.counts", wanted ? "on" : "off");
}

/** Sound one cue: its figure, then its words where the browser speaks. */
export function sound(kind, text) {
  if (COUNTS.has(kind) && !countsWanted()) return;
  if (ready()) play(FIGURES[kind] ?? FIGURES.ready);
  if (!SILENT_WORDS.has(kind)) speak(text, kind === "stop" || kind === "safety key");
  navigator.vibrate?.(kind === "stop" ? [400, 100, 400] : COUNTS.has(kind) ? 60 : 200);
}

function play(figure) {
  const from = context.currentTime + 0.03;
  for (const [start, length, pitch, wave] of figure) {
    const tone = context.createOscillator(),
      level = context.createGain();
    tone.type = wave ?? "triangle";
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0, from + start);
    level.gain.linearRampToValueAtTime(wave ? LOUD / 2 : LOUD, from + start + SOFT_EDGE_S);
    level.gain.setValueAtTime(wave ? LOUD / 2 : LOUD, from + start + length - SOFT_EDGE_S);
    level.gain.linearRampToValueAtTime(0, from + start + length);
    tone.connect(level).connect(context.destination);
    tone.start(from + start);
    tone.stop(from + start + length + 0.02);
  }
}

function speak(text, urgent) {
  if (!("speechSynthesis" in window) || !text) return;
  if (urgent) speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = "en";
  said.rate = 0.95;
  speechSynthesis.speak(said);
}
