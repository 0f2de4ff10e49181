// What the console of a belt set by hand shows, said with − and +.  It is the plain form made
// quick: each press shows at once and is sent after the one before; Stop never waits for it.

/** `send(figure)` posts one; the answer of `show` is what the server counts. */
export function saying(form, units, send) {
  const said = form.querySelector("output");
  const [less, more] = form.querySelectorAll("button");
  let tenths = 0, // as the server has it
    wanted = null, // as pressed and not yet acknowledged
    sending = false;

  function put() {
    const here = wanted ?? tenths;
    said.textContent = `${(here / 10).toFixed(1)} ${units}`;
    less.value = (Math.max(here - 1, 0) / 10).toFixed(1);
    more.value = ((here + 1) / 10).toFixed(1);
  }

  async function sendOn() {
    if (sending) return;
    sending = true;
    try {
      while (wanted !== null && wanted !== tenths) {
        const sent = wanted;
        if (!(await send((sent / 10).toFixed(1))).ok) break;
        tenths = sent;
      }
    } catch {
      // not heard: the next frame shows what is counted, and a press says it again
    } finally {
      sending = false;
      wanted = null;
      put();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!event.submitter) return;
    wanted = Math.round(10 * Number(event.submitter.value));
    put();
    sendOn();
  });

  return {
    show(now) {
      form.hidden = !now.asks_speed;
      if (!now.asks_speed) wanted = null;
      if (!sending) tenths = Math.round(10 * Number(now.said));
      put();
    },
  };
}
