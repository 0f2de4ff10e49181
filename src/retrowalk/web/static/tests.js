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
  running = { ...tried, begins, said: new Set(), counted: LEAD_S + 1, lock: wake() };
  tried.button.textContent = "Stop";
  tried.button.classList.add("danger");
  requestAnimationFrame(tick);
}

function tick() {
  if (!running) return;
  const past_s = (performance.now() - running.begins) / 1000;
  if (past_s < 0) lead(-past_s);
  else if (form.dataset.way === "countdown") down(past_s);
  else up(past_s);
  if (running) requestAnimationFrame(tick);
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
  if (past_s >= Number(form.dataset.longest)) finish("That is the end of this test.");
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
  if (left_s <= 10) once("ten", () => say(running.watch, "ten seconds", "Ten seconds"));
  if (left_s <= 0) finish("Time. Stand still, then sit down.");
}

/** The clock stops; a time is written into the field, a count is left to the walker. */
function finish(text) {
  const { begins, button, field, digits, watch, label, lock } = running;
  const past_s = (performance.now() - begins) / 1000;
  running = null;
  lock.then((held) => held?.release());
  button.textContent = label;
  button.classList.remove("danger");
  const whole = form.dataset.way === "stopwatch" && past_s > 0;
  if (whole) {
    const most_s = Math.min(past_s, Number(form.dataset.longest));
    field.value = digits.textContent = most_s.toFixed(1);
  }
  say(watch, "end", text || (whole ? `${field.value} seconds` : "Stopped."));
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
  button.addEventListener("click", () => {
    if (!running) start(tried);
    else if (running.button === button) finish("");
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
