// How far the import is, twice a second; the page is shown anew when it is done.
document.getElementById("problems")?.focus();
const bar = document.querySelector("#going progress");
const far = document.getElementById("far");

async function look() {
  try {
    const seen = await (await fetch("/bring/far")).json();
    if (!seen.going) return location.replace("/bring");
    bar.value = seen.percent;
    far.textContent = `${seen.percent} %`;
  } catch {
    far.textContent = "Not known how much is";
  }
  setTimeout(look, 500);
}
if (bar) setTimeout(look, 500);
