// A second screen: it shows and can stop, nothing else.  Untouched it has no name, and does not
// count as a page with a Stop button; a touch gives it one, and from then on it says it lives.

import { stopping } from "./stopping.js";

const LOST_MS = 3000;
const byId = (id) => document.getElementById(id);
const stage = byId("stage"),
  session = `/session/${stage.dataset.session}`;
let name = "",
  heardAt = performance.now(),
  last = null;

const stream = new EventSource(`${session}/frames`);
stream.addEventListener("frame", (event) => {
  heardAt = performance.now();
  last = JSON.parse(event.data);
  show(last);
  if (last.ended) stream.close();
});
stream.addEventListener("error", () => {
  if (stream.readyState === EventSource.CLOSED && !last?.ended) location.reload();
});

function put(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
  byId(id).hidden = text === "";
}

function show(now) {
  stage.dataset.look = now.look;
  stage.dataset.phase = now.phase;
  document.title = `${now.headline} – retrowalk`;
  for (const id of ["headline", "left", "next", "belt", "heart"]) put(id, now[id]);
  put("belt-age", now.belt_age === "now" ? "" : now.belt_age);
  for (const drawn of stage.querySelectorAll("[data-shape]")) {
    drawn.hidden = drawn.dataset.shape !== now.shape;
  }
  byId("stop-form").hidden = now.ended;
}

function age() {
  const silent_ms = performance.now() - heardAt;
  const lost = !last?.ended && silent_ms > LOST_MS;
  stage.classList.toggle("stale", lost);
  const old = `This screen cannot hear retrowalk (${Math.round(silent_ms / 1000)} s). The numbers are old.`;
  put("banner", stopper?.trouble || (lost ? old : (last?.alarm ?? "")));
  // Said only while frames arrive: a screen that hears nothing is nobody's Stop button.
  if (name && !lost && !last?.ended) post("here").catch(() => {});
}
setInterval(age, 1000);

function post(what) {
  return fetch(`${session}/${what}`, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ page: name }),
    keepalive: true,
  });
}

addEventListener("pointerdown", () => {
  if (name) return;
  name = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  byId("counts-as").textContent = "This screen counts: its Stop is within your reach.";
  post("here").catch(() => {});
  navigator.wakeLock?.request("screen").catch(() => {});
});
// The same Stop as the walker's: asked again until it is heard, and said loudly while it is not.
const stopForm = byId("stop-form");
const stopper = stopping(`${session}/stop`, new URLSearchParams({ page: name }), {
  first: () => {}, // nothing of this page can stand in its way
  shout: () => navigator.vibrate?.([400, 200, 400]), // a second screen has no voice
  plainly: () => stopForm.submit(),
  changed: () => age(),
});
byId("stop").addEventListener("pointerdown", stopper.now);
stopForm.addEventListener("submit", (event) => {
  event.preventDefault();
  stopper.now();
});
