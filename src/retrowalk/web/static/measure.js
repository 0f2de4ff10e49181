// Say at once what would otherwise be said after a long upload.
const form = document.getElementById("upload");
document.getElementById("problems")?.focus();
form.addEventListener("submit", (event) => {
  const file = form.elements.recording.files[0],
    most = Number(form.dataset.most);
  const said = document.getElementById("waiting");
  if (file && file.size > most) {
    event.preventDefault();
    said.textContent = `This file has ${Math.ceil(file.size / 1e6)} MB; at most ${most / 1e6} MB can be measured here.`;
    return;
  }
  said.textContent = "Measuring. A long recording takes a minute.";
  setTimeout(() => {
    form.querySelector("button").disabled = true;
  });
});
addEventListener("pageshow", () => {
  form.querySelector("button").disabled = false;
});
