// Start must be held: a beat every quarter second while finger or key is down, and a
// release the moment it is not, whatever took it away.

const BEAT_MS = 250,
  FULL_MS = 2000;

/** `beat()` resolves to "" or to the sentence that refused it; `released()` tells the server. */
export function holdable(button, ring, { allowed, beat, released, refused, began }) {
  let timer = 0,
    since = 0,
    drawing = 0;

  function draw() {
    const filled = since ? Math.min((performance.now() - since) / FULL_MS, 1) : 0;
    ring.style.strokeDashoffset = String(100 - 100 * filled);
    if (since) drawing = requestAnimationFrame(draw);
  }

  async function once() {
    const sentence = await beat();
    if (sentence) {
      letGo();
      refused(sentence);
    }
  }

  function press() {
    if (since || !allowed()) return;
    since = performance.now();
    button.classList.add("pressed");
    began();
    once();
    timer = setInterval(once, BEAT_MS);
    draw();
  }

  function letGo() {
    if (!since) return;
    since = 0;
    clearInterval(timer);
    cancelAnimationFrame(drawing);
    button.classList.remove("pressed");
    draw();
    released();
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture?.(event.pointerId);
    press();
  });
  for (const gone of ["pointerup", "pointercancel", "lostpointercapture"]) {
    button.addEventListener(gone, letGo);
  }
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) press();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    letGo();
  });
  button.addEventListener("blur", letGo);
  addEventListener("blur", letGo);
  addEventListener("pagehide", letGo);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) letGo();
  });
  return { letGo };
}
