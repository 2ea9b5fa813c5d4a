// The day by the Japanese calendar, beside the box where it is typed.
import { afterTyping, readDay } from "./reading.js";

const calendar = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric" });

for (const output of document.querySelectorAll("output[data-wareki]")) {
  const box = document.getElementById(output.dataset.wareki);
  const show = () => {
    const day = readDay(box.value);
    output.value = day ? calendar.format(day) : "";
  };
  box.addEventListener("input", afterTyping(show));
}
