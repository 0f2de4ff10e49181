// Stop, sent at once and again until it is acknowledged.  A phone's network blinks, and a
// connection that died looks alive for minutes: so every try is a request of its own, given up
// after a moment and never waited for, and the page is never left for one.

const AGAIN_MS = 400,
  ONE_TRY_MS = 1500,
  LOUD_MS = 800,
  SHOUT_MS = 4000,
  TWICE_MS = 700, // a press is also a click and a submit
  REMEMBERED_MS = 300_000; // a page loaded anew goes on asking for what the last one could not
const MOST_REFUSALS = 2;

/** A request that ends by itself; `abort` ends it now. */
export function brief(address, body, limit_ms, options = {}) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), limit_ms);
  const answer = fetch(address, {
    method: "POST",
    headers: { Accept: "application/json" },
    body,
    signal: ending.signal,
    ...options,
  }).finally(() => clearTimeout(timer));
  return { answer, abort: () => ending.abort() };
}

/** `first()` clears the way for the request; `shout(text)` sounds; `plainly()` is the form. */
export function stopping(address, body, { first, shout, plainly, changed }) {
  const key = `retrowalk.stop.${address}`;
  let since = 0,
    pressed = -Infinity,
    shouted = 0,
    refusals = 0,
    timer = 0;

  async function ask() {
    try {
      const answer = await brief(address, body, ONE_TRY_MS, { keepalive: true }).answer;
      if (answer.ok) heard();
      else if (since && ++refusals >= MOST_REFUSALS) plainly();
    } catch {
      // out of reach: the next try is already on its way
    }
  }

  function heard() {
    clearInterval(timer);
    since = 0;
    remember("");
    changed();
  }

  function again() {
    ask();
    const now = performance.now();
    if (now - since >= LOUD_MS && now - shouted >= SHOUT_MS) {
      shouted = now;
      shout("Stop was not heard. Pull the safety key.");
    }
    changed();
  }

  function begin() {
    ask(); // before all else
    since = performance.now() || 1;
    refusals = 0;
    shouted = 0;
    clearInterval(timer);
    timer = setInterval(again, AGAIN_MS);
    first();
    remember(String(Date.now()));
    changed();
  }

  function remember(text) {
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch {
      // a full or forbidden store costs the memory, not the stop
    }
  }

  const left = Date.now() - Number(sessionStorage.getItem(key) ?? -REMEMBERED_MS);
  if (left < REMEMBERED_MS) queueMicrotask(begin);
  addEventListener("online", () => since && ask());

  return {
    now() {
      const at = performance.now();
      if (since) ask();
      else if (at - pressed >= TWICE_MS) begin();
      pressed = at;
    },
    get pending() {
      return since !== 0;
    },
    /** What to say loudly; empty while there is nothing. */
    get trouble() {
      const waited = since ? performance.now() - since : 0;
      if (waited < LOUD_MS) return "";
      return `Stop has not been heard yet (${Math.round(waited / 1000)} s), still asking. Hold the rails and pull the safety key.`;
    },
  };
}
