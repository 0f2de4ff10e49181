// Keeps only the shell (styles, scripts, pictures) and the page that says what to do when
// retrowalk cannot be reached.  Pages, numbers and presses always come from retrowalk itself:
// an old number must never look fresh.  Live sessions are not touched: see shell.js.

const KEPT = "retrowalk-shell-1",
  OFFLINE = "/offline";
const SHELL = [OFFLINE, "/static/style.css", "/static/mark.svg", "/static/icon-192.png"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(SHELL)));
  skipWaiting();
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== KEPT).map((n) => caches.delete(n)))),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
  else if (pathname.startsWith("/static/")) event.respondWith(fresh(request));
});

async function offline() {
  return (await caches.match(OFFLINE)) ?? Response.error();
}

/** From retrowalk while it answers, so that a page and its scripts are of one version. */
async function fresh(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const kept = await caches.open(KEPT);
      kept.put(request, answer.clone());
    }
    return answer;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}
