// The stream of frames, held open.  A stream over a network that went away may look open for
// minutes; so whoever hears nothing opens a new one, under the page's same name.

const AGAIN_MS = 2000,
  ASK_MS = 1500;

/**
 * `frame(event)` gets each frame.  When retrowalk answers but not with a stream: `removed()` if
 * this device may no longer see, else `gone()`.
 */
export function hearing(address, { frame, removed, gone }) {
  let stream = null,
    opened = -Infinity,
    wanted = false;

  function open() {
    stream?.close();
    wanted = true;
    opened = performance.now();
    const mine = new EventSource(address);
    stream = mine;
    mine.addEventListener("frame", (event) => mine === stream && frame(event));
    mine.addEventListener("error", () => {
      if (mine === stream && mine.readyState === EventSource.CLOSED) why();
    });
  }

  /** Refused, or only out of reach?  Leaving the page is right only when somebody answers. */
  async function why() {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), ASK_MS);
    try {
      const answer = await fetch(location.pathname, {
        headers: { Accept: "application/json" },
        signal: ending.signal,
      });
      if (!wanted) return;
      if (answer.status === 403) removed();
      else gone();
    } catch {
      // out of reach: `check` tries again
    } finally {
      clearTimeout(timer);
    }
  }

  addEventListener("online", () => wanted && open());

  return {
    open() {
      if (!wanted || stream?.readyState === EventSource.CLOSED) open();
    },
    close() {
      wanted = false;
      stream?.close();
    },
    /** Call it often with how long nothing was heard. */
    check(silent_ms, patience_ms) {
      const tried_ms = performance.now() - opened;
      if (wanted && silent_ms > patience_ms && tried_ms > AGAIN_MS) open();
    },
  };
}
