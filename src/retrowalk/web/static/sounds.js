// What a cue does to ears and hands: its clip (made and served by retrowalk), its words where
// the browser speaks, its own vibration.  Hazards are sounded at once, loudest, over all else.

const KINDS = [
  "back", "forward", "turn", "stop", "rest", "ready", "slower", "ten seconds", "three", "two",
  "one", "warn", "end", "safety key",
]; // prettier-ignore
export const HAZARDS = new Set(["stop", "warn", "safety key"]);
export const COUNTS = new Set(["ten seconds", "three", "two", "one"]);
const WORDLESS = new Set(["three", "two", "one"]); // a tick says it faster than a voice
const SHAKES = {
  back: [120, 80, 320],
  forward: [320, 80, 120],
  turn: [100, 60, 100, 60, 100, 60, 100],
  stop: [500, 120, 500],
  rest: [300, 150, 300],
  slower: [60, 60, 60, 60, 60],
  "ten seconds": [150],
  three: [40, 60, 40, 60, 40],
  two: [40, 60, 40],
  one: [90],
  warn: [80, 60, 80, 60, 80],
  end: [100, 80, 100, 80, 400],
  "safety key": [300, 80, 300, 80, 300, 80, 300],
};
const STEPS = [0.25, 0.5, 0.75, 1],
  VOLUME = "retrowalk.volume";

let context = null,
  level = null;
const clips = new Map(),
  playing = new Set();

export async function load() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  context = new Context({ latencyHint: "interactive" });
  level = context.createGain();
  level.gain.value = volume();
  level.connect(context.destination);
  await Promise.all(
    KINDS.map(async (kind) => {
      const answer = await fetch(`/sounds/${kind.replace(" ", "-")}.wav`);
      if (answer.ok) clips.set(kind, await context.decodeAudioData(await answer.arrayBuffer()));
    }),
  ).catch(() => {}); // unheard is found out by the sound check, and words still come
}

/** Browsers allow sound only after a touch: call this from one. */
export function unlock() {
  context?.resume();
}

export function ready() {
  return context !== null && context.state === "running" && clips.size > 0;
}

export function volume() {
  const kept = Number(localStorage.getItem(VOLUME));
  return STEPS.includes(kept) ? kept : 0.75;
}

/** A step louder; false when there is none. */
export function louder() {
  const next = STEPS.find((step) => step > volume());
  if (next === undefined) return false;
  localStorage.setItem(VOLUME, String(next));
  if (level) level.gain.value = next;
  return true;
}

export function countsWanted() {
  return localStorage.getItem("retrowalk.counts") !== "off";
}

export function wantCounts(wanted) {
  localStorage.setItem("retrowalk.counts", wanted ? "on" : "off");
}

export function wanted(kind) {
  return !COUNTS.has(kind) || countsWanted();
}

/** Where on the audio clock a moment of performance.now() is, as heard, not as sent. */
function onAudioClock(here_s) {
  const out = context.getOutputTimestamp?.();
  const latency_s = context.outputLatency || context.baseLatency || 0;
  const plain_s = context.currentTime - latency_s + here_s - performance.now() / 1000;
  if (!out?.performanceTime) return plain_s;
  const exact_s = out.contextTime + here_s - out.performanceTime / 1000;
  return Math.abs(exact_s - plain_s) < 0.5 ? exact_s : plain_s;
}

/** Set a clip on the audio clock; answers with how to call it off, or null where there is none. */
export function schedule(kind, here_s, about = {}) {
  if (!ready() || !wanted(kind) || !clips.has(kind)) return null;
  const when = Math.max(onAudioClock(here_s), context.currentTime);
  const source = play(kind, when);
  const told = { kind, when, audio_s: context.currentTime, wall_s: Date.now() / 1000, ...about };
  document.dispatchEvent(new CustomEvent("retrowalk:cue", { detail: told }));
  return () => source.stop();
}

function play(kind, when) {
  const source = context.createBufferSource();
  source.buffer = clips.get(kind);
  source.connect(HAZARDS.has(kind) ? context.destination : level);
  source.addEventListener("ended", () => playing.delete(source));
  playing.add(source);
  source.start(when);
  return source;
}

/** Sound one cue now: its clip, its shake, its words.  A hazard silences everything else. */
export function sound(kind, text) {
  if (!wanted(kind)) return;
  if (HAZARDS.has(kind)) hush();
  if (ready() && clips.has(kind)) play(kind, context.currentTime);
  speakAndShake(kind, text);
}

export function speakAndShake(kind, text) {
  navigator.vibrate?.(SHAKES[kind] ?? 200);
  if (WORDLESS.has(kind) || !text || !("speechSynthesis" in window)) return;
  const said = new SpeechSynthesisUtterance(text);
  said.lang = "en";
  said.rate = 0.95;
  said.volume = HAZARDS.has(kind) ? 1 : Math.min(1, volume() + 0.25);
  speechSynthesis.speak(said);
}

export function hush() {
  for (const source of playing) source.stop();
  playing.clear();
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
