// The percentage beside an amount: data-ratio names the boxes, the part first, then its bases; the first base that is filled counts.
import { afterTyping, readAmount } from "./reading.js";

// Floored to one decimal in whole numbers, as formats.percent does.
const percent = (part, base) => {
  const tenths = (BigInt(part) * 1000n) / BigInt(base);
  return `${tenths / 10n}.${tenths % 10n}%`;
};

for (const output of document.querySelectorAll("output[data-ratio]")) {
  const boxes = output.dataset.ratio.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  const show = () => {
    const [part, ...bases] = boxes.map((box) => readAmount(box.value));
    const base = bases.find((amount) => amount > 0);
    output.value = base && part > 0 ? percent(part, base) : "0.0%";
  };
  for (const box of boxes) box.addEventListener("input", afterTyping(show));
}
