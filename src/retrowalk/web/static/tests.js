// A test's clock: three ticks, then Go; the time goes into the field, where it can be mended.
// Without this script the fields alone do, with any other watch.
import * as sounds from "/static/sounds.js";

const form = document.getElementById("test");
const LEAD_S = 3;
let loaded = null,
  running = null;

function say(watch, kind, text) {
  sounds.sound(kind, text);
  watch.querySelector("[role=status]").textContent = text;
}

async function wake() {
  try {
    return await navigator.wakeLock?.request("screen");
  } catch {
    return undefined; // some browsers refuse, and the clock runs all the same
  }
}

function start(tried) {
  const ready = document.getElementById("ready");
  if (ready && !ready.checked) {
    ready.focus();
    ready.scrollIntoView({ block: "center" });
    say(tried.watch, "ready", "First tick that all of it is safe.");
    return;
  }
  loaded ??= sounds.load();
  sounds.unlock();
  const begins = performance.now() + 1000 * LEAD_S;
  const mine = { ...tried, begins, said: new Set(), ahead: [], lock: wake() };
  running = mine;
  tried.button.textContent = "Stop";
  tried.button.classList.add("danger");
  mine.beat = setInterval(tick, 50); // goes on, if slowly, where the page is hidden
  loaded.then(() => running === mine && ahead(mine));
}

/** The end of a countdown is set on the audio clock, which no hidden page slows. */
function ahead(mine) {
  if (form.dataset.way !== "countdown") return;
  const ends_s = mine.begins / 1000 + Number(form.dataset.time);
  for (const [kind, at_s] of [["ten seconds", ends_s - 10], ["end", ends_s]]) {
    const off = sounds.schedule(kind, at_s); // prettier-ignore
    if (off) mine.ahead.push([kind, off]);
  }
}

/** What the audio clock sounds by itself only needs its words. */
function told(kind, text) {
  if (!running.ahead.some(([sounded]) => sounded === kind)) return say(running.watch, kind, text);
  sounds.speakAndShake(kind, text);
  running.watch.querySelector("[role=status]").textContent = text;
}

function tick() {
  if (!running) return;
  const past_s = (performance.now() - running.begins) / 1000;
  if (past_s < 0) lead(-past_s);
  else if (form.dataset.way === "countdown") down(past_s);
  else up(past_s);
}

function once(name, doing) {
  if (running.said.has(name)) return;
  running.said.add(name);
  doing();
}

function lead(left_s) {
  const shown = Math.ceil(left_s);
  running.digits.textContent = String(shown);
  once(`lead ${shown}`, () => sounds.sound({ 3: "three", 2: "two" }[shown] ?? "one", ""));
}

function up(past_s) {
  once("go", () => say(running.watch, "ready", "Go"));
  running.digits.textContent = past_s.toFixed(1);
  if (past_s >= Number(form.dataset.longest)) finish(performance.now());
}

function down(past_s) {
  once("go", () => say(running.watch, "ready", "Go"));
  const left_s = Number(form.dataset.time) - past_s;
  running.digits.textContent = String(Math.max(Math.ceil(left_s), 0));
  const minutes = Math.floor(left_s / 60);
  if (minutes >= 1 && left_s % 60 < 0.5)
    once(`${minutes} min`, () =>
      sounds.speakAndShake("ready", `${minutes} ${minutes === 1 ? "minute" : "minutes"} left`),
    );
  if (left_s <= 10) once("ten", () => told("ten seconds", "Ten seconds"));
  if (left_s <= 0) {
    told("end", "Time. Stand still, then sit down.");
    finish(performance.now(), true);
  }
}

/** The clock stops; a time is written into the field, a count is left to the walker. */
function finish(now_ms, whole_time = false) {
  const { begins, button, field, digits, watch, label, lock, beat, ahead: set } = running;
  const past_s = (now_ms - begins) / 1000;
  running = null;
  clearInterval(beat);
  if (!whole_time) for (const [, off] of set) off();
  lock.then((held) => held?.release());
  button.textContent = label;
  button.classList.remove("danger");
  const whole = form.dataset.way === "stopwatch" && past_s > 0;
  if (whole) {
    const most_s = Math.min(past_s, Number(form.dataset.longest));
    field.value = digits.textContent = most_s.toFixed(1);
  }
  if (!whole_time) say(watch, "end", whole ? `${field.value} seconds` : "Stopped.");
  field.focus();
}

for (const place of form?.querySelectorAll(".try") ?? []) {
  const watch = place.querySelector(".watch");
  const button = watch.querySelector("button");
  const tried = {
    watch,
    button,
    digits: watch.querySelector(".digits"),
    field: place.querySelector("input"),
    label: button.textContent,
  };
  watch.hidden = false;
  button.addEventListener("click", (event) => {
    if (!running) start(tried);
    else if (running.button === button) finish(event.timeStamp); // when pressed, not when heard
  });
}

if (form && "speechSynthesis" in window) {
  const aloud = document.getElementById("aloud");
  aloud.hidden = false;
  aloud.querySelector("button").addEventListener("click", () => {
    speechSynthesis.cancel();
    for (const line of document.querySelectorAll("main .note li, #how li")) {
      const said = new SpeechSynthesisUtterance(line.textContent);
      said.lang = "en";
      said.rate = 0.95;
      speechSynthesis.speak(said);
    }
  });
}
