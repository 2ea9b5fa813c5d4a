// While the work is typed: what the obligee's terms say of it, asked of the server, which alone knows the rules. Nothing is posted.
import { afterTyping } from "./reading.js";

const place = document.querySelector("[data-terms]");
const form = place.closest("form");
const names = place.dataset.termsOf.split(" ");
let asking;
let asked = "";

const offerPaper = () => {
  for (const button of place.querySelectorAll("[data-choose-paper]")) button.hidden = false;
};

const ask = async () => {
  const typed = [...new FormData(form)].filter(([name]) => names.includes(name));
  const query = new URLSearchParams(typed).toString();
  if (query === asked) return;
  asked = query;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${place.dataset.terms}?${query}`, { signal: asking.signal });
    if (!answer.ok || answer.redirected) return;
    place.innerHTML = await answer.text();
    offerPaper();
  } catch (error) {
    if (error.name !== "AbortError") asked = ""; // asked again at the next key; on sending, the server says it anyway
  }
};

const askSoon = afterTyping(ask);
for (const kind of ["input", "change"]) {
  form.addEventListener(kind, (event) => {
    if (names.includes(event.target.name)) askSoon();
  });
}
place.addEventListener("click", (event) => {
  if (!event.target.closest("[data-choose-paper]")) return;
  for (const radio of form.querySelectorAll("input[type=radio][name$='-medium'][value=paper]")) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
offerPaper();
