/** Formulas on numbers. A whole number is CEL's (a bigint) or JSON's. */
import { formulasOn } from "./formula.ts";
import { ordinalize } from "./formulas-text.ts";

const onNumber = formulasOn("Numbers", "number");

type Amount = bigint | number;

/** Rounds at a digit behind the point (or before it, where negative) as `how` says. */
function at(value: Amount, digits: number, how: (scaled: number) => number): Amount {
  if (typeof value === "bigint" && digits >= 0) return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return number;
  // By exponents: 1.005 * 100 is 100.49999999999999.
  const scaled = how(Number(shifted(number, digits)));
  const result = Number(shifted(scaled, -digits));
  return digits <= 0 && Number.isSafeInteger(result) ? BigInt(result) : result;
}

function shifted(value: number, by: number): string {
  const [digits = "0", exponent = "0"] = String(value).split("e");
  return `${digits}e${Number(exponent) + by}`;
}

/** Halves away from zero, as Ruby does. */
export const roundHalf = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

const rounded = (value: Amount, digits = 0) => at(value, digits, roundHalf);
const isOdd = (value: Amount): boolean =>
  Math.abs(Number(typeof value === "bigint" ? value % 2n : Math.trunc(value) % 2)) === 1;

/** Formulas on numbers. */
export const numberFormulas = [
  onNumber("abs", "(): number", "Without its sign.", [["(-5).abs()", 5]], (value: Amount) =>
    value < 0 ? -value : value,
  ),
  onNumber(
    "round",
    "(digits?: whole): number",
    "Rounded to so many digits behind the point; halves go away from zero.",
    [
      ["2.5.round()", 3],
      ["1.005.round(2)", 1.01],
      ["1234.round(-2)", 1200],
    ],
    rounded,
  ),
  onNumber(
    "ceil",
    "(digits?: whole): number",
    "Rounded up.",
    [
      ["1.2.ceil()", 2],
      ["1.21.ceil(1)", 1.3],
    ],
    (value: Amount, digits = 0) => at(value, digits, Math.ceil),
  ),
  onNumber(
    "floor",
    "(digits?: whole): number",
    "Rounded down.",
    [
      ["1.8.floor()", 1],
      ["(-1.2).floor()", -2],
    ],
    (value: Amount, digits = 0) => at(value, digits, Math.floor),
  ),
  onNumber(
    "even",
    "(): truth",
    "Whether it is even.",
    [["4.even()", true]],
    (value: Amount) => !isOdd(value),
  ),
  onNumber("odd", "(): truth", "Whether it is odd.", [["4.odd()", false]], isOdd),
  onNumber("to_i", "(): whole", "Its whole part.", [["1.9.to_i()", 1]], (value: Amount) =>
    typeof value === "bigint" ? value : Math.trunc(value),
  ),
  onNumber("to_f", "(): number", "As a number with a fraction.", [["2.to_f() / 4", 0.5]], Number),
  onNumber(
    "ordinalize",
    "(): text",
    "As English counts places.",
    [
      ["3.ordinalize()", "3rd"],
      ["11.ordinalize()", "11th"],
    ],
    ordinalize,
  ),
];
