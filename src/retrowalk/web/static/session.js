// The live page.  The server decides everything; this page shows, sounds, and carries
// presses.  It never keeps a number without its age.

import { Ahead } from "./ahead.js";
import { SessionClock } from "./clock.js";
import { HAZARDS, countsWanted, load, ready, sound, unlock, wantCounts } from "./sounds.js";
import { holdable } from "./hold.js";

const LOST_MS = 3000,
  STALE_BELT_S = 3;
const byId = (id) => document.getElementById(id);
const stage = byId("stage"),
  hold = byId("hold"),
  checks = byId("checks");
const session = `/session/${stage.dataset.session}`;
const page = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
const seenKey = `retrowalk.seen.${stage.dataset.session}`,
  heldKey = `retrowalk.held.${stage.dataset.session}`;

const clock = new SessionClock(),
  ahead = new Ahead(clock);
load();

let last = null,
  heardAt = performance.now(),
  lost = false;
let seen = Number(sessionStorage.getItem(seenKey) ?? -1);

function post(what, options = {}) {
  return fetch(`${session}/${what}`, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ page }),
    ...options,
  });
}

// ---- what the server says -------------------------------------------------------------

let stream = null,
  held = sessionStorage.getItem(heldKey) === "yes";

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  heardAt = performance.now();
  stream = new EventSource(`${session}/frames?page=${page}`);
  stream.addEventListener("frame", heard);
  // Refused, not merely out of reach: retrowalk runs but this session does not.  Its page says why.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED && !last?.ended) location.reload();
  });
}

function heard(event) {
  heardAt = performance.now();
  last = JSON.parse(event.data);
  show(last);
  if (last.seq > seen) {
    seen = last.seq;
    sessionStorage.setItem(seenKey, String(seen));
    for (const cue of last.cues) tell(cue);
  }
  clock.hear(last.at_s, last.rate);
  ahead.keep(last.ahead);
  if (last.ended) stream.close();
  else here();
}

// A hidden tab that only watches lets go: browsers allow six connections to one place, and
// a Stop must never queue behind streams nobody looks at; nor should two tabs sound at once.
document.addEventListener("visibilitychange", () => {
  if (document.hidden && !held) {
    stream.close();
    ahead.clear();
  }
  else if (!last?.ended) listen();
});
listen();

// A stream to a phone that died looks open for minutes: say ourselves that we live.  Tied to
// what arrives, not to a timer, because browsers slow the timers of pages in the background.
let saidHere = -Infinity;
function here() {
  if (performance.now() - saidHere < 900) return;
  saidHere = performance.now();
  post("here").catch(() => {});
}

function put(id, text) {
  const at = byId(id);
  if (at.textContent !== text) at.textContent = text;
  at.hidden = text === "";
}

function show(now) {
  stage.dataset.look = now.look;
  stage.dataset.phase = now.phase;
  stage.dataset.first = String(now.first);
  document.body.classList.toggle("moving", !["waiting", "holding", "ended"].includes(now.phase));
  document.body.classList.toggle("begun", !now.first);
  document.title = `${now.headline} – retrowalk`;
  put("headline", now.headline);
  put("detail", now.detail);
  put("left", now.left);
  put("next", now.next);
  put("rep-what", now.rep_what);
  put("rep", now.rep);
  put("belt", now.belt);
  for (const drawn of stage.querySelectorAll("[data-shape]")) {
    drawn.hidden = drawn.dataset.shape !== now.shape;
  }
  byId("past").setAttribute("width", 1000 * now.progress_ratio);
  byId("here").setAttribute("x", Math.min(1000 * now.progress_ratio, 995));
  byId("finish").hidden = !now.may_finish;
  byId("over").hidden = !now.ended;
  byId("three").hidden = now.ended;
  byId("stop-form").hidden = now.ended;
  byId("tools").hidden = now.ended;
  showHold(now);
  age();
}

function showHold(now) {
  const waits = now.phase === "waiting" || now.phase === "holding";
  const unticked = checks ? checks.querySelectorAll("input:not(:checked)").length : 0;
  if (checks) checks.hidden = !(waits && now.first);
  hold.hidden = !waits;
  if (waits) {
    put("hold-sure", now.hold_sure);
    put("hold-go", now.hold_go);
  }
  byId("act").hidden = !waits && !now.may_finish;
  const why = now.elsewhere
    ? "Another open page holds this session. Here you may watch and stop."
    : now.first && unticked
      ? `Tick ${unticked === 1 ? "one more" : `all ${unticked}`} first.`
      : !now.may_hold
        ? "Start waits until the belt is seen at rest."
        : "";
  hold.setAttribute("aria-disabled", String(why !== ""));
  if (waits) note(why);
  else note("");
}

let refusal = "";
function note(why) {
  put("hold-note", refusal || why);
}

/** Ages grow between frames too: a number that stands still must not look fresh. */
function age() {
  const silent_ms = performance.now() - heardAt;
  const over = last?.ended ?? false;
  const nowLost = !over && !(document.hidden && !held) && silent_ms > LOST_MS;
  put("link", nowLost ? `Not heard for ${Math.round(silent_ms / 1000)} s` : "Heard now");
  byId("link").hidden = over;
  stage.classList.toggle("stale", nowLost);
  const banner = nowLost
    ? `This page cannot hear retrowalk (${Math.round(silent_ms / 1000)} s). The numbers are old. Hold the rails; if the belt moves, pull the safety key.`
    : (last?.alarm ?? "");
  put("banner", banner);
  if (nowLost && !lost) {
    letGo();
    ahead.clear();
    sound("warn", "Cannot hear retrowalk. Hold the rails.");
  }
  lost = nowLost;
  if (!last) return;
  const old = last.belt_age_s === null ? null : last.belt_age_s + silent_ms / 1000;
  put("belt-age", old === null ? "not heard yet" : old < 1.5 ? "now" : `${Math.round(old)} s ago`);
  byId("belt").classList.toggle("is-old", old === null || old > STALE_BELT_S);
}
setInterval(age, 250);

function tell(cue) {
  byId(HAZARDS.has(cue.kind) ? "said-now" : "said").textContent = cue.text;
  ahead.announce(cue);
}

// ---- what the walker does -------------------------------------------------------------

const { letGo } = holdable(hold, byId("ring"), {
  allowed: () => hold.getAttribute("aria-disabled") !== "true" && !lost,
  began: () => {
    held = true;
    sessionStorage.setItem(heldKey, "yes");
    refusal = "";
    unlock();
    stayAwake();
  },
  beat: async () => {
    try {
      const answer = await post("hold");
      return answer.ok ? "" : (await answer.json()).sentence;
    } catch {
      return "retrowalk did not hear the hold: check that it still runs, then hold again.";
    }
  },
  released: () => post("release", { keepalive: true }).catch(() => {}),
  refused: (sentence) => {
    refusal = sentence;
    note("");
  },
});

// Press means stop, at once: not on release, and never behind anything else.  Should the
// quick way fail, the button is still a plain form.
const stopForm = byId("stop-form");
let stoppedAt = -Infinity;
async function stopNow() {
  if (performance.now() - stoppedAt < 700) return;
  stoppedAt = performance.now();
  unlock();
  try {
    const answer = await post("stop", { keepalive: true, signal: AbortSignal.timeout(1500) });
    if (!answer.ok) stopForm.submit();
  } catch {
    stopForm.submit();
  }
}
byId("stop").addEventListener("pointerdown", stopNow);
stopForm.addEventListener("submit", (event) => {
  event.preventDefault();
  stopNow();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") stopNow();
});

checks?.addEventListener("change", () => {
  refusal = "";
  if (last) showHold(last);
});

const counts = byId("counts");
counts.checked = countsWanted();
counts.addEventListener("change", () => {
  wantCounts(counts.checked);
  if (!counts.checked) ahead.clear(); // the next frame sets again what is still wanted
});
byId("sound-test").addEventListener("click", () => {
  unlock();
  setTimeout(() => {
    sound("back", "This is the sound for backward.");
    byId("said").textContent = ready()
      ? "This is the sound for backward."
      : "This browser makes no sound here.";
  }, 60);
});
addEventListener("pointerdown", unlock, { once: true });
byId("tools").hidden = false;

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // a screen that dims costs comfort, not safety: every state is also sounded
  }
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && held && !last?.ended) stayAwake();
});
