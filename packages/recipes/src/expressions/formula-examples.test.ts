import { describe, expect, it } from "vitest";
import { currentTime } from "./current-time.ts";
import { compileExpression } from "./expression.ts";
import { formulas } from "./formulas.ts";
import { callOf } from "./formula.ts";

const scope = { [currentTime]: new Date("2026-03-29T10:30:00Z") };

describe("every example of the reference gives what it says", () => {
  const examples = formulas.flatMap((formula) =>
    formula.examples.map(
      ([text, result]) => [`${formula.on ?? ""}.${callOf(formula)}`, text, result] as const,
    ),
  );
  it.each(examples)("%s: %s", (_, text, result) => {
    expect(compileExpression(text, "field").evaluate(scope)).toEqual(result);
  });
});

it("every formula has an example and one sentence", () => {
  expect(
    formulas.filter(({ examples, doc }) => examples.length === 0 || !/^[A-Z0-9].*\.$/.test(doc)),
  ).toEqual([]);
});

it("every formula that Workato allows is there, by its name without the ?", () => {
  const allowed = `
    blank present presence is_true is_not_true include exclude match starts_with ends_with strip lstrip rstrip scrub
    strip_tags ljust rjust reverse gsub sub length slice scan encode transliterate capitalize titleize upcase downcase
    quote split bytes bytesize byteslice parameterize to_s to_i to_f ordinalize to_country_alpha2 to_country_alpha3
    to_country_name to_currency to_currency_code to_currency_name to_currency_symbol to_phone to_state_code
    to_state_name encode_url abs round ceil floor even odd now today from_now ago wday yday yweek beginning_of_hour
    beginning_of_day beginning_of_week beginning_of_month beginning_of_year end_of_month strftime in_time_zone dst
    to_date to_time first last index count where except pluck format_map join smart_join concat sum uniq flatten max min
    compact to_csv to_json to_xml from_xml encode_www_form to_param keys values`;
  const names = new Set(formulas.map(({ name }) => name));
  expect(
    allowed
      .trim()
      .split(/\s+/)
      .filter((name) => !names.has(name)),
  ).toEqual([]);
});
