// Copy buttons, hidden until they can work: data-copies names the element whose text is copied. Without this file it is selected by hand.
const copy = async (element) => {
  const selection = getSelection();
  selection.selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    document.execCommand("copy"); // where the page may not write to the clipboard by itself
  }
};

for (const button of document.querySelectorAll("button[data-copies]")) {
  const said = document.getElementById(`${button.dataset.copies}-copied`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    await copy(document.getElementById(button.dataset.copies));
    said.textContent = "コピーしました";
  });
}
