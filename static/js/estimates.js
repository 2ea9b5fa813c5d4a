// 保証料の見積り while somebody types: data-estimate holds the address that knows, data-estimate-of the box. No arithmetic here.
import { afterTyping } from "./reading.js";

for (const row of document.querySelectorAll("[data-estimate]")) {
  const box = document.getElementById(row.dataset.estimateOf);
  if (!box) continue;
  const output = row.querySelector("output");
  const how = row.querySelector("[data-estimate-how]");
  let asked = 0;
  const show = async () => {
    const turn = ++asked;
    const url = new URL(row.dataset.estimate, location.href);
    url.searchParams.set("amount", box.value);
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!response.ok) throw new Error(response.statusText);
      const told = await response.json();
      if (turn !== asked) return; // somebody typed on meanwhile
      output.value = told.amount;
      how.textContent = told.how;
    } catch {
      if (turn !== asked) return;
      output.value = "";
      how.textContent = "見積りを表示できませんでした。申込はそのまま続けられます。";
    }
  };
  box.addEventListener("input", afterTyping(show));
}
