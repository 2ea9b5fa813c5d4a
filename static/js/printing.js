// The print and close buttons, hidden until they can work.
const enable = (selector, act) => {
  for (const button of document.querySelectorAll(selector)) {
    button.hidden = false;
    button.addEventListener("click", act);
  }
};

enable("button[data-print]", () => window.print());
enable("button[data-close]", () => window.close());
