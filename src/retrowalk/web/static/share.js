// The picture as a PNG, drawn by this browser: handed to the phone's own sharing, or saved.
// Both are made as the page opens, because sharing must follow the tap at once.
const SIDE = 1080;
const said = document.getElementById("share-said");

async function drawn(href) {
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(answer.status);
  const sized = (await answer.text()).replace("<svg", `<svg width="${SIDE}" height="${SIDE}"`);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(sized)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // behind the round corners
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.drawImage(image, 0, 0, SIDE, SIDE);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new File([blob], "retrowalk-walk.png", { type: "image/png" });
}

function save(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  said.textContent = "The picture was saved with your downloads.";
}

async function give(file) {
  if (!navigator.canShare?.({ files: [file] })) return save(file);
  try {
    await navigator.share({ files: [file] });
    said.textContent = "";
  } catch (why) {
    if (why.name !== "AbortError") save(file); // changing one's mind is no fault
  }
}

for (const link of document.querySelectorAll("a[data-png]")) {
  const file = drawn(link.href).catch(() => null);
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const made = await file;
    if (made) give(made);
    else location.assign(link.href); // the server's own picture, as without this script
  });
}
