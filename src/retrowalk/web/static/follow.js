// A second screen: it shows and can stop, nothing else.  Untouched it has no name, and does not
// count as a page with a Stop button; a touch gives it one, and from then on it says it lives.

const LOST_MS = 3000,
  TWICE_MS = 700;
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
  put("banner", lost ? `This screen cannot hear retrowalk (${Math.round(silent_ms / 1000)} s). The numbers are old.` : (last?.alarm ?? ""));
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
// A press is also a click and a submit: once is enough, and Enter is a submit alone.
let stopAt = -Infinity;
async function stop() {
  const now = performance.now();
  if (now - stopAt < TWICE_MS) return;
  stopAt = now;
  const answer = await post("stop").catch(() => null);
  if (!answer?.ok) byId("stop-form").submit();
}
byId("stop").addEventListener("pointerdown", stop);
byId("stop-form").addEventListener("submit", (event) => {
  event.preventDefault();
  stop();
});
