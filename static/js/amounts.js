// Commas in an amount when the box is left. What does not read as a number stays as it was typed.
import { readAmount } from "./reading.js";

for (const box of document.querySelectorAll("input.nd-amount")) {
  box.addEventListener("blur", () => {
    const amount = readAmount(box.value);
    if (amount !== null) box.value = amount.toLocaleString("ja-JP");
  });
}
