// A form that came back with problems: put the reader in front of them.
const problems = document.getElementById("problems");
if (problems) problems.focus();

// A double press must not send a form twice.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button"))
      setTimeout(() => {
        button.disabled = true;
      });
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button")) button.disabled = false;
});
