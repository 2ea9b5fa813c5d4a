// What the behaviours share: reading typed numbers and days as netdesk/formats.py does, and waiting until typing stops.

const PAUSE = 600; // ms; an output is read aloud when it changes, so it must not change with every key

export const afterTyping = (act) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, PAUSE);
  };
};

const narrow = (text) =>
  text
    .slice(0, 64)
    .normalize("NFKC")
    .replace(/[‐‑‒–—―−ー]/g, "-")
    .trim();

/** A whole number from what was typed, or null. */
export const readAmount = (text) => {
  const plain = narrow(text).replace(/[\s,¥円]/g, "");
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : null;
};

const ERAS = { 令和: 2018, 平成: 1988, 昭和: 1925, R: 2018, H: 1988, S: 1925 };
const BY_YEAR = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))$/;
const BY_ERA = /^(令和|平成|昭和|[RHS])(元|\d{1,2})(?:([-/.])(\d{1,2})\3(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)$/i;

/** The day that was typed by either calendar, or null where there is no such day. */
export const readDay = (text) => {
  const plain = narrow(text).replace(/\s/g, "");
  const western = BY_YEAR.exec(plain);
  const era = western ? null : BY_ERA.exec(plain);
  if (!western && !era) return null;
  const found = western ?? era;
  const year = western ? Number(found[1]) : ERAS[found[1].toUpperCase()] + (found[2] === "元" ? 1 : Number(found[2]));
  const [month, day] = found.slice(western ? 3 : 4).filter(Boolean).map(Number);
  const read = new Date(year, month - 1, day);
  return read.getMonth() === month - 1 && read.getDate() === day ? read : null;
};
