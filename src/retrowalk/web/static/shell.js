// Two workers: one keeps the shell and shows what to do when retrowalk cannot be reached; one,
// for live sessions, does nothing at all, so that a Stop passes through no worker on its way.

if ("serviceWorker" in navigator) {
  for (const [script, scope] of [
    ["/worker-session.js", "/session/"],
    ["/worker.js", "/"],
  ]) {
    navigator.serviceWorker.register(script, { scope, updateViaCache: "none" }).catch(() => {});
  }
}
