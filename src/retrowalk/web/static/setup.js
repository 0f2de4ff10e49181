// The set-up list and the sound check.  The server refuses Start until both are said to it.

import { louder, ready, sound, unlock } from "./sounds.js";

const HEARD = "retrowalk.heard";
const byId = (id) => document.getElementById(id);

/** `send(form)` posts what was said; `changed()` is told whenever something was. */
export function setUp(checks, { send, changed }) {
  const silent = byId("no-sound");
  let heard = localStorage.getItem(HEARD) === "yes",
    sent = "";
  if (heard) byId("ears-say").textContent = "You heard it on this device before. Try again?";

  function lines() {
    return [...checks.querySelectorAll("input[name]")];
  }

  /** What still stands before Start, in a sentence; empty when nothing does. */
  function missing() {
    const unticked = lines().filter((line) => !line.checked).length;
    if (unticked) return `Tick ${unticked === 1 ? "one more" : `all ${unticked}`} first.`;
    return heard || silent.checked ? "" : "Play a sound first, and say whether you hear it.";
  }

  async function said() {
    changed();
    const what = missing() ? "" : heard ? "heard" : "silent";
    if (what === sent) return;
    sent = what;
    if (!what) return;
    const form = new URLSearchParams({ sound: what });
    for (const line of lines()) form.set(line.name, "yes");
    if (!(await send(form))) sent = "";
  }

  function play() {
    unlock();
    setTimeout(() => {
      sound("back", "This is the sound for backward.");
      byId("ears-say").textContent = ready()
        ? "Did you hear it?"
        : "This browser makes no sound here. Walk without sound only in company.";
      byId("ears-ask").hidden = !ready();
    }, 80);
  }

  function answer(yes) {
    heard = yes;
    localStorage.setItem(HEARD, yes ? "yes" : "no");
    if (yes) byId("ears-say").textContent = "Good. It stays this loud.";
    said();
  }

  byId("sound-test").addEventListener("click", play);
  byId("heard-yes").addEventListener("click", () => answer(true));
  byId("louder").addEventListener("click", () => {
    answer(false);
    const could = louder();
    play();
    if (!could) byId("louder").textContent = "Turn the device up, then play again";
  });
  checks.addEventListener("change", said);
  said();
  return { missing, said };
}
