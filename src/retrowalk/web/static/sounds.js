// Earcons: one short figure per kind of cue, told apart with eyes closed.
// A figure is notes of [start s, length s, Hz, wave]; falling is back, rising is forward.

const FIGURES = {
  "back": [[0, .22, 660], [.24, .22, 494], [.48, .4, 330]],
  "forward": [[0, .22, 330], [.24, .22, 494], [.48, .4, 660]],
  "turn": [[0, .16, 523], [.18, .16, 784], [.36, .16, 523], [.54, .16, 784], [.72, .16, 523], [.9, .3, 784]],
  "stop": [[0, .55, 165, "square"], [.65, .55, 165, "square"]],
  "rest": [[0, .3, 523], [.32, .3, 415], [.64, .6, 349]],
  "ready": [[0, .5, 392], [0, .5, 494], [0, .5, 587]],
  "ten seconds": [[0, .5, 988]],
  "three": [[0, .14, 784]],
  "two": [[0, .14, 784]],
  "one": [[0, .4, 1047]],
  "warn": [[0, .12, 988, "square"], [.2, .12, 988, "square"], [.4, .12, 988, "square"]],
  "end": [[0, .2, 392], [.2, .2, 494], [.4, .2, 587], [.6, .7, 784]],
  "safety key": [[0, .3, 880, "sawtooth"], [.3, .3, 587, "sawtooth"], [.6, .3, 880, "sawtooth"], [.9, .3, 587, "sawtooth"]],
};
const COUNTS = new Set(["ten seconds", "three", "two", "one"]);
const SILENT_WORDS = new Set(["three", "two", "one"]);  // the tick says it faster than a voice
const LOUD = .5, SOFT_EDGE_S = .015;

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
  const from = context.currentTime + .03;
  for (const [start, length, pitch, wave] of figure) {
    const tone = context.createOscillator(), level = context.createGain();
    tone.type = wave ?? "triangle";
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0, from + start);
    level.gain.linearRampToValueAtTime(wave ? LOUD / 2 : LOUD, from + start + SOFT_EDGE_S);
    level.gain.setValueAtTime(wave ? LOUD / 2 : LOUD, from + start + length - SOFT_EDGE_S);
    level.gain.linearRampToValueAtTime(0, from + start + length);
    tone.connect(level).connect(context.destination);
    tone.start(from + start);
    tone.stop(from + start + length + .02);
  }
}

function speak(text, urgent) {
  if (!("speechSynthesis" in window) || !text) return;
  if (urgent) speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = "en";
  said.rate = .95;
  speechSynthesis.speak(said);
}
