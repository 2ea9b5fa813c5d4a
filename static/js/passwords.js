// Show the password while it is typed: data-reveals names the box.
for (const button of document.querySelectorAll("button[data-reveals]")) {
  const box = document.getElementById(button.dataset.reveals);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = box.type === "text";
    box.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
  });
}
