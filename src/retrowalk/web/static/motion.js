// The phone as a sensor: its motion events, numbered and with their own times, over a socket.
// What cannot be sent for a while waits here; what waits too long is a gap, never a wrong time.

const PACKET_MS = 300,
  MOST_WAITING = 40, // twelve seconds
  MOST_ROWS = 150;
const byId = (id) => document.getElementById(id);
const session = byId("stage").dataset.session;
const key = `retrowalk.motion.${session}`;
const kept = JSON.parse(sessionStorage.getItem(key) ?? "null") ?? {
  phone: Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16)).join("-"),
  base: performance.timeOrigin,
};
const asks = typeof DeviceMotionEvent !== "undefined" && "requestPermission" in DeviceMotionEvent;
// WebKit reads acceleration the other way round than the standard says, in every browser on iOS.
const sign = navigator.vendor.startsWith("Apple") ? -1 : 1;

let socket = null,
  number = 0,
  rows = [],
  waiting = [],
  lastMs = -1,
  intervalMs = 16,
  on = false,
  heardEvent = false;

byId("motion").hidden = false;
const missing = whatIsMissing();
if (missing) {
  byId("motion-missing").textContent = missing;
  byId("motion-missing").hidden = false;
  byId("motion-ask").hidden = true;
}

function whatIsMissing() {
  if (!isSecureContext)
    return "Phones give their motion to secure pages only, and this one is not. The session goes on without. How to open it securely stands on the page “Phone or screen”.";
  if (typeof DeviceMotionEvent === "undefined")
    return "This device has no motion sensor that a page may read. The session goes on without.";
  return "";
}

function say(text) {
  byId("motion-said").textContent = text;
}

byId("motion-begin").addEventListener("click", async () => {
  const worn = document.querySelector("input[name=worn]:checked")?.value;
  if (!worn) return say("Choose first where you will wear it.");
  try {
    if (asks && (await DeviceMotionEvent.requestPermission()) !== "granted")
      return say("The phone refused its motion sensor. The session goes on without; to allow it, close this page, open it again and press Allow.");
  } catch {
    return say("The phone did not ask for its motion sensor. Press the button once more.");
  }
  begin(worn, byId("motion-safety").checked);
});

function begin(worn, safety) {
  Object.assign(kept, { worn, safety });
  sessionStorage.setItem(key, JSON.stringify(kept));
  on = true;
  addEventListener("devicemotion", moved);
  byId("motion-ask").hidden = true;
  byId("motion-calibrate").hidden = worn === "elsewhere";
  connect();
  setTimeout(() => {
    if (on && !heardEvent) say("This device feels no motion. The session goes on without it.");
  }, 3000);
}

function moved(event) {
  const a = event.accelerationIncludingGravity,
    r = event.rotationRate;
  if (a?.x == null || r?.alpha == null) return;
  const ms = performance.timeOrigin + event.timeStamp - kept.base;
  if (ms <= lastMs) return;
  heardEvent = true;
  lastMs = ms;
  if (event.interval > 0) intervalMs = event.interval < 1 ? event.interval * 1000 : event.interval;
  rows.push([ms, [sign * a.x, sign * a.y, sign * a.z], [r.alpha, r.beta, r.gamma]]);
  if (ms - rows[0][0] >= PACKET_MS || rows.length >= MOST_ROWS) pack();
}

function pack() {
  const [t, a, r] = [0, 1, 2].map((k) => rows.map((row) => row[k]));
  rows = [];
  waiting.push({ n: number++, i: Math.min(intervalMs, 1000), t, a, r });
  if (waiting.length > MOST_WAITING) waiting.shift();
  send();
}

let joined = false;
function send() {
  if (socket?.readyState !== WebSocket.OPEN || !joined) return;
  for (const packet of waiting) {
    if (packet.sent !== socket) socket.send(JSON.stringify({ ...packet, sent: undefined }));
    packet.sent = socket;
  }
}

function connect() {
  joined = false;
  socket = new WebSocket(
    `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/session/${session}/motion`,
  );
  const mine = socket;
  mine.addEventListener("open", () =>
    mine.send(JSON.stringify({ phone: kept.phone, worn: kept.worn, safety: kept.safety })),
  );
  mine.addEventListener("message", (event) => told(JSON.parse(event.data)));
  mine.addEventListener("close", (event) => {
    if (event.code === 1008) on = false; // refused, and its sentence shown
    if (on) setTimeout(connect, 1000);
  });
}

function told(message) {
  if ("next" in message) {
    number = Math.max(number, message.next);
    joined = true;
    if (!message.calibrated)
      say(kept.worn === "elsewhere" ? "The phone is felt." : "The phone is felt. Now show how it sits.");
    send();
  }
  if ("had" in message) waiting = waiting.filter((packet) => packet.n !== message.had);
  if ("refused" in message) {
    say(message.refused);
    waiting = waiting.filter((packet) => packet.n !== message.n);
  }
  if ("calibrated" in message && "why" in message) {
    say(message.calibrated ? "Good: the phone knows how it sits. Leave it there." : message.why);
    byId("motion-calibrate").disabled = false;
    byId("motion-calibrate").hidden = message.calibrated;
  }
  if (message.over) on = false;
}

// Standing and sitting, each long enough to be seen; every step is said.
const STEPS = {
  back: [["Stand still.", 4000]],
  pocket: [
    ["Stand still.", 4000],
    ["Sit down, and stay seated.", 6000],
    ["Stand up, and stand still.", 6000],
  ],
};
byId("motion-calibrate").addEventListener("click", async () => {
  byId("motion-calibrate").disabled = true;
  const from = performance.now() + performance.timeOrigin - kept.base;
  for (const [text, lasts] of kept.worn === "back" ? STEPS.back : STEPS.pocket) {
    say(text);
    await new Promise((done) => setTimeout(done, lasts));
  }
  const to = performance.now() + performance.timeOrigin - kept.base;
  await new Promise((done) => setTimeout(done, 2 * PACKET_MS));
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ calibrate: [from, to] }));
  else {
    say("The phone lost its connection: wait a moment, and do it again.");
    byId("motion-calibrate").disabled = false;
  }
});
byId("motion-leave").addEventListener("submit", () => {
  on = false;
  socket?.close();
});

if (kept.worn && !missing && !asks) begin(kept.worn, kept.safety); // the page was loaded again
