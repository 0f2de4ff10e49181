// Keys go where the buttons go, and a stroke of the mouse over a picture shows that part closer.
const LEFT = 64,
  RIGHT = 1184,
  FEWEST_PIXELS = 8;

addEventListener("keydown", (event) => {
  if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key === "=" ? "+" : event.key;
  document.querySelector(`a[data-key="${CSS.escape(key)}"]`)?.click();
});

for (const figure of document.querySelectorAll("figure[data-closer]")) {
  const picture = figure.querySelector("svg");
  const { low, high } = spanOf(picture);
  let from = null;
  const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  shade.setAttribute("y", "0");
  shade.setAttribute("height", "100%");
  shade.setAttribute("fill-opacity", "0.15");

  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    from = across(event);
    picture.setPointerCapture(event.pointerId);
    picture.append(shade);
    event.preventDefault();
  });
  picture.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const here = across(event);
    shade.setAttribute("x", Math.min(from, here));
    shade.setAttribute("width", Math.abs(here - from));
  });
  picture.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [first, last] = [from, across(event)].sort((a, b) => a - b);
    from = null;
    shade.remove();
    if (last - first < FEWEST_PIXELS) return;
    const at = (x) => low + ((x - LEFT) / (RIGHT - LEFT)) * (high - low);
    location.href = `${figure.dataset.closer}?from=${at(first).toFixed(3)}&to=${at(last).toFixed(3)}`;
  });

  // where on the time axis, in the picture's own pixels
  function across(event) {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * picture.viewBox.baseVal.width;
    return Math.min(Math.max(x, LEFT), RIGHT);
  }
}

function spanOf(picture) {
  return { low: Number(picture.dataset.fromS), high: Number(picture.dataset.toS) };
}
