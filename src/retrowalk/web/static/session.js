// The live page.  The server decides everything; this page shows, sounds, and carries
// presses.  It never keeps a number without its age.

import { Ahead } from "./ahead.js";
import { SessionClock } from "./clock.js";
import { saying } from "./console.js";
import { setUp } from "./setup.js";
import { HAZARDS, countsWanted, load, sound, unlock, wantCounts } from "./sounds.js";
import { holdable } from "./hold.js";
import { hearing } from "./hearing.js";
import { brief, stopping } from "./stopping.js";

const OLD_MS = 2000, // frames come twice a second at least
  LOST_MS = 3000,
  WAKING_MS = 1500, // a page just looked at again has not had time to hear
  POST_MS = 1000, // four hold beats under way at most: browsers allow six connections
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

let setup = null;
const byHand = byId("console");
const consoleSays =
  byHand &&
  saying(byHand, stage.dataset.units, (speed) =>
  post("speed", { body: new URLSearchParams({ speed }) }),
);
let last = null,
  heardAt = performance.now(),
  lost = false;
let seen = Number(sessionStorage.getItem(seenKey) ?? -1);

const body = new URLSearchParams({ page });
const underWay = new Set();
async function post(what, options = {}) {
  const sent = brief(`${session}/${what}`, body, POST_MS, options);
  underWay.add(sent);
  try {
    return await sent.answer;
  } finally {
    underWay.delete(sent);
  }
}

// ---- what the server says -------------------------------------------------------------

let held = sessionStorage.getItem(heldKey) === "yes",
  wokeAt = performance.now(),
  removed = false;
const stream = hearing(`${session}/frames?page=${page}`, {
  frame: heard,
  // retrowalk runs but this session does not: its page says why.
  gone: () => last?.ended || location.reload(),
  removed: () => {
    removed = true;
    stream.close();
    age();
  },
});

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
  } else if (!last?.ended && !removed) {
    wokeAt = performance.now();
    stream.open();
  }
});
stream.open();

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
  put("phone", now.phone);
  put("heart", now.heart);
  byId("motion-leave").hidden = now.phone === "" || now.ended;
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
  consoleSays?.show(now);
  showHold(now);
  age();
}

function showHold(now) {
  const waits = now.phase === "waiting" || now.phase === "holding";
  const missing = now.first ? (setup?.missing() ?? "") : "";
  if (checks) checks.hidden = !(waits && now.first);
  hold.hidden = !waits;
  if (waits) {
    put("hold-sure", now.hold_sure);
    put("hold-go", now.hold_go);
  }
  byId("act").hidden = !waits && !now.may_finish;
  const why = now.elsewhere
    ? "Another open page holds this session. Here you may watch and stop."
    : missing
      ? missing
      : !now.may_hold
        ? now.hold_why || "Start waits until the belt is seen at rest."
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
  const watching = !over && !(document.hidden && !held);
  const old = watching && silent_ms > OLD_MS;
  const nowLost = watching && silent_ms > LOST_MS && performance.now() - wokeAt > WAKING_MS;
  const seconds = `${Math.round(silent_ms / 1000)} s`;
  stream.check(silent_ms, OLD_MS);
  put("link", old ? `Numbers are ${seconds} old` : "Heard now");
  byId("link").hidden = over;
  stage.classList.toggle("stale", old);
  byId("left").dataset.age = old ? `${seconds} old` : "";
  put("banner", stopper.trouble || lostText(nowLost, seconds) || (last?.alarm ?? ""));
  if (nowLost && !lost) {
    letGo();
    ahead.clear();
    sound("warn", "Cannot hear retrowalk. Hold the rails.");
  }
  lost = nowLost;
  if (!last) return;
  if (last.by_hand) return put("belt-age", last.belt_age); // said or planned: it has no age
  const belt_s = last.belt_age_s === null ? null : last.belt_age_s + silent_ms / 1000;
  put("belt-age", aged(belt_s));
  byId("belt").classList.toggle("is-old", belt_s === null || belt_s > STALE_BELT_S);
}
function aged(age_s) {
  if (age_s === null) return "not heard yet";
  return age_s < 1.5 ? "now" : `${Math.round(age_s)} s old`;
}
function lostText(isLost, seconds) {
  if (removed) {
    return "This phone was removed, so it sees nothing new. Stop still works. To watch again, pair it anew.";
  }
  return isLost
    ? `This page cannot hear retrowalk (${seconds}). The numbers are old. Hold the rails; if the belt moves, pull the safety key.`
    : "";
}
setInterval(age, 250);

function tell(cue) {
  byId(HAZARDS.has(cue.kind) ? "said-now" : "said").textContent = cue.text;
  ahead.announce(cue);
}

// ---- what the walker does -------------------------------------------------------------

const { letGo } = holdable(hold, byId("ring"), {
  allowed: () => hold.getAttribute("aria-disabled") !== "true" && !lost && !stopper.pending,
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
      if (stopper.pending) return "";
      return "retrowalk did not hear the hold: check that it still runs, then hold again.";
    }
  },
  released: () => post("release", { keepalive: true }).catch(() => {}),
  refused: (sentence) => {
    refusal = sentence;
    note("");
  },
});

// Press means stop, at once: not on release, and never behind anything else.
const stopForm = byId("stop-form");
const stopper = stopping(`${session}/stop`, body, {
  first: () => {
    for (const sent of underWay) sent.abort(); // a stop queues behind nothing
    letGo();
    unlock();
  },
  shout: (text) => {
    byId("said-now").textContent = text;
    sound("safety key", text);
  },
  plainly: () => stopForm.submit(), // answered, but refused: the button is still a plain form
  changed: () => {
    stopForm.classList.toggle("asking", stopper?.pending ?? false);
    age();
  },
});
byId("stop").addEventListener("pointerdown", stopper.now);
stopForm.addEventListener("submit", (event) => {
  event.preventDefault();
  stopper.now();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") stopper.now();
});

setup = checks
  ? setUp(checks, {
      send: async (form) => (await post("prepare", { body: form }).catch(() => null))?.ok,
      changed: () => {
        refusal = "";
        if (last) showHold(last);
      },
    })
  : null;

const counts = byId("counts");
counts.checked = countsWanted();
counts.addEventListener("change", () => {
  wantCounts(counts.checked);
  if (!counts.checked) ahead.clear(); // the next frame sets again what is still wanted
});
addEventListener("pointerdown", unlock, { once: true });
byId("tools").hidden = false;

async function stayAwake() {
  try {
    if (!navigator.wakeLock) throw new Error("none here");
    await navigator.wakeLock.request("screen");
    put("awake", "");
  } catch {
    put("awake", "This screen may go dark: set it to stay on");
  }
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && held && !last?.ended) stayAwake();
});
