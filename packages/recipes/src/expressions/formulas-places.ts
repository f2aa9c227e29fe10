/** Formulas on countries, states, money and telephone numbers. What is not known gives null. */
import type * as Currencies from "country-to-currency";
import type * as Countries from "i18n-iso-countries";
import type * as Phones from "libphonenumber-js/min";
import { spend } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { textOf } from "./formulas-any.ts";
import { lazily } from "./lazily.ts";
import { remembered } from "./remembered.ts";
import { usStates } from "./us-states.ts";

type Options = Readonly<Record<string, unknown>>;
type Amount = bigint | number | string;

const group = "Countries, money and telephones";
const onText = formulasOn(group, "text");
const onNumber = formulasOn(group, "number");

const phones = lazily<typeof Phones>("libphonenumber-js/min");
const currencies = lazily<typeof Currencies>("country-to-currency");
const english = lazily<Countries.LocaleData>("i18n-iso-countries/langs/en.json");
const library = lazily<typeof Countries>("i18n-iso-countries");

let registered: typeof Countries | undefined;

function countries(): typeof Countries {
  if (!registered) {
    registered = library();
    registered.registerLocale(english());
  }
  return registered;
}

/** No country's name, code or currency is longer. */
const longestName = 100;
/** What finding a country by its name costs. */
const unitsPerCountry = 400;
/** What making one of JavaScript's formats costs. */
const unitsPerFormat = 800;
/** What writing an amount costs. */
const unitsPerAmount = 30;
/** What reading a telephone number costs. */
const unitsPerPhone = 200;

/** A country by its name in English or either of its codes. */
const alpha2 = (text: string): string | null => (text.length > longestName ? null : countryOf(text.trim()));

const countryOf = remembered(unitsPerCountry, (name): string | null => {
  const code = name.toUpperCase();
  if (code.length === 2 && countries().isValid(code)) return code;
  return (
    (code.length === 3 ? countries().alpha3ToAlpha2(code) : undefined) ??
    countries().getAlpha2Code(name, "en") ??
    null
  );
});

function country<T>(of: (code: string) => T | undefined): (text: string) => T | null {
  return (text) => {
    const code = alpha2(text);
    return code === null ? null : (of(code) ?? null);
  };
}

/** A country's currency, or the currency that the text itself is the code of. */
function currencyOf(text: string): string | null {
  if (text.length > longestName) return null;
  const code = text.trim().toUpperCase();
  const byCountry: Readonly<Record<string, string>> = currencies().default;
  const found = alpha2(text);
  if (found !== null && Object.hasOwn(byCountry, found)) return byCountry[found] ?? null;
  return currencyCodes().has(code) ? code : null;
}

let codes: ReadonlySet<string> | undefined;

const currencyCodes = (): ReadonlySet<string> => (codes ??= new Set(Intl.supportedValuesOf("currency")));

const nameOfCurrency = remembered(
  unitsPerFormat,
  (code): string | null => new Intl.DisplayNames("en", { type: "currency" }).of(code) ?? null,
);

function currencyName(text: string): string | null {
  const code = currencyOf(text);
  return code === null ? null : nameOfCurrency(code);
}

function currencySymbol(text: string): string | null {
  const code = currencyOf(text);
  return code === null ? null : symbolOfCurrency(code);
}

const symbolOfCurrency = remembered(unitsPerFormat, (code): string | null => {
  const format = new Intl.NumberFormat("en", {
    style: "currency",
    currency: code,
    currencyDisplay: "narrowSymbol",
  });
  return format.formatToParts(0).find(({ type }) => type === "currency")?.value ?? null;
});

const codesOfStates: ReadonlyMap<string, string> = new Map(
  Object.entries(usStates).flatMap(([code, name]) =>
    [code, name].map((each) => [each.toLowerCase(), code] as const),
  ),
);

const stateCode = (text: string): string | null =>
  text.length > longestName ? null : (codesOfStates.get(text.trim().toLowerCase()) ?? null);

function stateName(text: string): string | null {
  const code = stateCode(text);
  return code === null ? null : (usStates[code] ?? null);
}

function numberOf(value: Amount, formula: string): number {
  const number = typeof value === "string" ? Number(value.replace(/[,\s]/g, "")) : Number(value);
  if (Number.isFinite(number)) return number;
  throw new Error(`${formula}() needs a number; this is “${String(value).slice(0, 60)}”`);
}

/** As Rails writes an amount: unit, precision, delimiter, separator, format (%u is the unit, %n the number). */
function toCurrency(value: Amount, options: Options = {}): string {
  spend(unitsPerAmount);
  const number = numberOf(value, "to_currency");
  const text = (name: string, otherwise: string) => textOf(options[name] ?? otherwise);
  const precision = Math.min(Math.max(Number(options.precision ?? 2), 0), 20);
  const [whole = "", fraction] = Math.abs(number).toFixed(precision).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, () => text("delimiter", ","));
  const digits = fraction === undefined ? grouped : `${grouped}${text("separator", ".")}${fraction}`;
  const format = text("format", "%u%n");
  const pattern = number < 0 ? text("negative_format", `-${format}`) : format;
  return pattern.replace(/%([un])/g, (_, part: string) => (part === "u" ? text("unit", "$") : digits));
}

const formatOf = remembered(unitsPerFormat, (key) => {
  const [locale = "", currency = ""] = JSON.parse(key) as string[];
  return new Intl.NumberFormat(locale, { style: "currency", currency });
});

function inCurrency(value: Amount, code: string, locale = "en-US"): string {
  try {
    spend(unitsPerAmount);
    return formatOf(JSON.stringify([locale, code])).format(numberOf(value, "to_currency"));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(
      `to_currency() takes a currency's code such as EUR, and a language such as de-DE: ${error.message}`,
      { cause: error },
    );
  }
}

/** As Rails writes a telephone number of North America: area_code, delimiter, country_code, extension. */
function toPhone(value: Amount, options: Options = {}): string {
  const digits = String(value).trim();
  const delimiter = textOf(options.delimiter ?? "-");
  const main =
    options.area_code === true
      ? digits.replace(
          /(\d{1,3})(\d{3})(\d{4})$/,
          (_, area: string, a: string, b: string) => `(${area}) ${a}${delimiter}${b}`,
        )
      : digits.replace(/(\d{0,3})(\d{3})(\d{4})$/, (_, area: string, a: string, b: string) =>
          [area, a, b].filter((part) => part !== "").join(delimiter),
        );
  const prefix = options.country_code == null ? "" : `+${textOf(options.country_code)}${delimiter}`;
  return prefix + main + (options.extension == null ? "" : ` x ${textOf(options.extension)}`);
}

function toE164(text: string, inCountry?: string): string | null {
  const code = inCountry === undefined ? undefined : alpha2(inCountry);
  spend(unitsPerPhone);
  const number = phones().parsePhoneNumberFromString(
    text.slice(0, 250),
    (code ?? undefined) as Phones.CountryCode | undefined,
  );
  return number?.isPossible() === true ? number.number : null;
}

const currencyDoc =
  "As an amount of money, in $ or as the options say: unit, precision, delimiter, separator, format.";
const codeDoc = "As an amount in a currency, as a language writes it.";
const phoneDoc =
  "As a telephone number of North America; options are area_code, delimiter, country_code and extension.";

/** Formulas on countries, states, money and telephones. */
export const placeFormulas = [
  onText(
    "to_country_alpha2",
    "(): any",
    "A country's code of two letters, from its name or a code.",
    [
      ["'France'.to_country_alpha2()", "FR"],
      ["'Atlantis'.to_country_alpha2()", null],
    ],
    alpha2,
  ),
  onText(
    "to_country_alpha3",
    "(): any",
    "A country's code of three letters, from its name or a code.",
    [["'FR'.to_country_alpha3()", "FRA"]],
    country((code) => countries().alpha2ToAlpha3(code)),
  ),
  onText(
    "to_country_name",
    "(): any",
    "A country's name in English, from a code.",
    [["'DEU'.to_country_name()", "Germany"]],
    country((code) => countries().getName(code, "en")),
  ),
  onText(
    "to_currency_code",
    "(): any",
    "The code of a country's currency.",
    [["'India'.to_currency_code()", "INR"]],
    currencyOf,
  ),
  onText(
    "to_currency_name",
    "(): any",
    "The name of a country's currency.",
    [["'JP'.to_currency_name()", "Japanese Yen"]],
    currencyName,
  ),
  onText(
    "to_currency_symbol",
    "(): any",
    "The sign of a country's currency.",
    [["'GB'.to_currency_symbol()", "£"]],
    currencySymbol,
  ),
  onText(
    "to_state_code",
    "(): any",
    "The code of a state of the United States.",
    [["'California'.to_state_code()", "CA"]],
    stateCode,
  ),
  onText(
    "to_state_name",
    "(): any",
    "The name of a state of the United States.",
    [["'ca'.to_state_name()", "California"]],
    stateName,
  ),
  onNumber(
    "to_currency",
    "(options?: object): text",
    currencyDoc,
    [["1234.5.to_currency()", "$1,234.50"]],
    toCurrency,
  ),
  onNumber(
    "to_currency",
    "(code: text, language?: text): text",
    codeDoc,
    [["1234.5.to_currency('EUR')", "€1,234.50"]],
    inCurrency,
  ),
  onText(
    "to_currency",
    "(options?: object): text",
    currencyDoc,
    [["'345.60'.to_currency({'unit': '€'})", "€345.60"]],
    toCurrency,
  ),
  onText(
    "to_currency",
    "(code: text, language?: text): text",
    codeDoc,
    [["'345.60'.to_currency('GBP')", "£345.60"]],
    inCurrency,
  ),
  onNumber("to_phone", "(options?: object): text", phoneDoc, [["5551234.to_phone()", "555-1234"]], toPhone),
  onText(
    "to_phone",
    "(options?: object): text",
    phoneDoc,
    [["'1235551234'.to_phone({'area_code': true})", "(123) 555-1234"]],
    toPhone,
  ),
  onText(
    "to_e164",
    "(country?: text): any",
    "A telephone number in its international form; null where it cannot be one.",
    [
      ["'01 23 45 67 89'.to_e164('FR')", "+33123456789"],
      ["'12'.to_e164()", null],
    ],
    toE164,
  ),
];
