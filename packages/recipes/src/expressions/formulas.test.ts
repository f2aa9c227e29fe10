import { describe, expect, it } from "vitest";
import { currentTime } from "./current-time.ts";
import { compileExpression } from "./expression.ts";

const scope = {
  text: " Ünïcode & More ",
  rows: [{ id: 1, kind: "a" }, { id: 2, kind: "b" }, { id: 3, kind: "a" }, { kind: null }],
  marks: [3, 1, 3, null],
  empty: "",
  nothing: null,
  at: "2026-03-29T00:30:00Z",
  time: new Date("2026-03-29T00:30:00.999Z"),
};

const evaluate = (text: string) => compileExpression(text, "field").evaluate(scope);

describe.each([
  [
    "text",
    [
      ["text.upcase()", " ÜNÏCODE & MORE "],
      ["text.downcase()", " ünïcode & more "],
      ["text.strip()", "Ünïcode & More"],
      ["text.strip().downcase().capitalize()", "Ünïcode & more"],
      ["text.parameterize()", "unicode-more"],
      ['"a,b,c".split(",")', ["a", "b", "c"]],
      ['"a.b.c".gsub(".", "$&")', "a$&b$&c"],
      ['"aaa".replace("a", "b")', "bbb"],
      ['"abc".gsub("", "-")', "abc"],
      ['"👍👍".length()', 2],
      ['"12 people".to_i()', 12],
      ['"many".to_i()', 0],
      ['" -7.5 ".to_f()', -7.5],
      ['"b" in ["a", "b"]', true],
      ['"Onboarding 7".matches("^Onboarding \\\\d$")', true],
    ],
  ],
  [
    "what may be missing",
    [
      [
        "[text.present(), empty.present(), nothing.present(), [].present(), {}.present()]",
        [true, false, false, false, false],
      ],
      ["[empty.blank(), ' '.blank(), 0.blank(), false.blank()]", [true, true, false, true]],
      ["[empty.presence(), nothing.presence(), 1.presence()]", [null, null, 1]],
      ['nothing.presence() == null ? "none" : "some"', "none"],
    ],
  ],
  [
    "lists",
    [
      ['rows.pluck("id")', [1, 2, 3, null]],
      ['rows.where("kind", "a").pluck("id")', [1, 3]],
      ['rows.where("id", 2).first().kind', "b"],
      ["rows.where({'id > ': 1, 'kind == ': 'a'}).pluck('id')", [3]],
      ["marks.uniq()", [3, 1, null]],
      ['rows.uniqBy("kind").size()', 3],
      ["[marks.first(), marks.last(), [].first()]", [3, null, null]],
      ["marks.compact()", [3, 1, 3]],
      ["[[1], [2, 3]].flatten()", [1, 2, 3]],
      ["marks.reverse()", [null, 3, 1, 3]],
      ['marks.join(", ")', "3, 1, 3, "],
      ['[time, "x", true, [1]].join("|")', "2026-03-29T00:30:00Z|x|true|[1]"],
      ["[marks.length(), marks.size(), {'a': 1}.length()]", [4, 4, 1]],
    ],
  ],
  [
    "conversions",
    [
      [
        "[1.to_s(), 1.5.to_s(), nothing.to_s(), true.to_s(), time.to_s()]",
        ["1", "1.5", "", "true", "2026-03-29T00:30:00Z"],
      ],
      ["{'b': [1, time], 'a': nothing}.to_json()", '{"b":[1,"2026-03-29T00:30:00Z"],"a":null}'],
      ["[1.9.to_i(), 2.to_i(), 2.to_f()]", [1, 2, 2]],
    ],
  ],
  [
    "times",
    [
      ['at.strftime("%Y-%m-%d %H:%M")', "2026-03-29 00:30"],
      // An hour later, Paris changes to summer time.
      ['at.strftime("%H:%M %z", "Europe/Paris")', "01:30 +0100"],
      ['at.plus(duration("1h")).strftime("%H:%M %z", "Europe/Paris")', "03:30 +0200"],
      [
        '"2026-11-08T09:05:07.045Z".strftime("%e|%-e|%k|%l|%N|%3N|%L|%n|%_d|%^a|%P|%c|%r|%5d")',
        " 8|8| 9| 9|045000000|045|045|\n| 8|SUN|am|Sun Nov  8 09:05:07 2026|09:05:07 AM|00008",
      ],
      ['"2026-11-08T09:05:07Z".strftime("%Z %z %:z", "America/New_York")', "EST -0500 -05:00"],
      ["'2020-01-28T09:15'.to_time('YYYY-MM-DDTHH:mm')", "2020-01-28T09:15:00Z"],
      ["'1/2/2020T9:15'.to_time('%d/%m/%YT%k:%M')", "2020-02-01T09:15:00Z"],
      ["'Tue, 28 Jan 2020'.to_date('%a, %d %b %Y')", "2020-01-28"],
      [`"2020, 28 o'clock".to_date("%Y, %d o'clock")`, "2020-01-28"],
      ["'2020-01-28 10:00:00 +0900'.to_time()", "2020-01-28T01:00:00Z"],
      ["'2020-01-28 10:00:00 UTC'.to_time()", "2020-01-28T10:00:00Z"],
      ['time.strftime("%A %e %B, 100%%, %Q")', "Sunday 29 March, 100%, %Q"],
      [
        "[time.toIso(), at.toIso(), '2026-03-29T02:30:00+02:00'.toIso()]",
        ["2026-03-29T00:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T02:30:00+02:00"],
      ],
      // What is written with an offset is read in it, as in Ruby.
      ["'2020-06-05T17:13:27.000000-07:00'.strftime('%B %e, %l:%M%p')", "June  5,  5:13PM"],
      ["'2020-06-05T17:13:27-07:30'.beginning_of_day() + 1.day()", "2020-06-06T00:00:00-07:30"],
      ["'2020-01-23 10:30 pm'.to_time()", "2020-01-23T22:30:00Z"],
      ["'23-01-2020 10:30 pm'.to_date('DD-MM-YYYY')", "2020-01-23"],
      ["'2020-04-02T12:30:30.462659-07:00'.to_time('%Y-%m-%dT%H:%M:%S')", "2020-04-02T19:30:30Z"],
      ["'2020-06-01T01:30:45Z'.in_time_zone('(GMT-05:00) Eastern Time (US & Canada)').hour()", 21],
      ["'28-01-2020'.to_time('%d-%m-%Y', 'Kyiv')", "2020-01-27T22:00:00Z"],
      ['at.minus(duration("168h"))', "2026-03-22T00:30:00Z"],
      ['timestamp(at) + duration("24h")', "2026-03-30T00:30:00Z"],
      ["at.to_time() < time", true],
      ['duration("90m")', "5400s"],
    ],
  ],
] as const)("formulas on %s", (_, cases) => {
  it.each(cases as readonly (readonly [string, unknown])[])("%s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });
});

describe("time", () => {
  const at = (text: string, now: string) =>
    compileExpression(text, "field").evaluate({
      [currentTime]: new Date(now),
      created: "2026-03-28T22:00:00Z",
    });

  it("now() is the time that the driver hands in, and without one that of the event", () => {
    expect(at("now()", "2026-01-02T03:04:05Z")).toBe("2026-01-02T03:04:05Z");
    const event = { occurredAt: new Date("2026-05-06T07:08:09Z") };
    expect(compileExpression("now()", "field").evaluate({ event })).toBe("2026-05-06T07:08:09Z");
    expect(() => evaluate("now()")).toThrow("There is no current time here.");
  });

  it("a year that a pattern leaves out is the job's, not the computer's", () => {
    expect(at("'28/01'.to_date('%d/%m')", "2019-07-02T03:04:05Z")).toBe("2019-01-28");
  });

  it("a day later in a time zone is the same hour, though summer time began; 24 hours later is not", () => {
    const paris = "created.in_time_zone('Europe/Paris')";
    expect(at(`${paris} + 1.day()`, "2026-01-01T00:00:00Z")).toBe("2026-03-29T23:00:00+02:00");
    expect(at(`${paris} + 24.hours()`, "2026-01-01T00:00:00Z")).toBe("2026-03-30T00:00:00+02:00");
    expect(at(`${paris}.beginning_of_month()`, "2026-01-01T00:00:00Z")).toBe("2026-03-01T00:00:00+01:00");
  });

  it("text that is a time is compared, added to and taken from as one", () => {
    expect(at("created < now() && now() - created < duration('1h')", "2026-03-28T22:30:00Z")).toBe(true);
    expect(at("created - 1.month()", "2026-01-01T00:00:00Z")).toBe("2026-02-28T22:00:00Z");
    expect(at("2 * 3.days() == 144.hours()", "2026-01-01T00:00:00Z")).toBe(true);
  });

  it.each(["12", "tomorrow", "10:30", "2026-13-01", ""])("%j is no time, whatever day it is", (text) => {
    expect(() => evaluate(`${JSON.stringify(text)}.to_date()`)).toThrow(/is not a time; use ISO 8601/);
  });

  it.each(["28-01-20201", "28-01-2020x", "28"])("%j is no day written as DD-MM-YYYY", (text) => {
    expect(() => evaluate(`'${text}'.to_date('DD-MM-YYYY')`)).toThrow(/is not a time written as DD-MM-YYYY/);
  });

  it("sums only numbers, and says what is none", () => {
    expect(evaluate("['1', '2.5', '', null].sum()")).toBe(3.5);
    expect(() => evaluate("['abc'].sum()")).toThrow("sum() adds numbers, and “abc” is none");
  });

  it("what is null is named, as receiver, as argument and beside an operator", () => {
    expect(() => evaluate("nothing.strftime('%Y')")).toThrow(
      "nothing is null, so strftime() cannot be called on it.",
    );
    expect(() => evaluate("text.gsub('a', nothing)")).toThrow(
      "nothing is null, so it cannot be given to gsub().",
    );
    expect(() => evaluate("nothing + 1.day()")).toThrow("nothing is null, so + cannot be done with it.");
  });
});

describe("formulas stay within bounds", () => {
  const large = {
    ...{ long: "x".repeat(100_000), brackets: "[".repeat(1_000), at: scope.at, [currentTime]: scope.time },
    million: "x".repeat(1_500_000),
    items: Array.from({ length: 50_000 }, (_, index) => `${index}`),
    others: Array.from({ length: 50_000 }, (_, index) => `${index}`),
  };

  it.each([
    ["'ab'.ljust(1000000000)", /makes a text of more than/],
    ["long.gsub('x', long)", /makes a text of more than/],
    ["long.gsub_pattern('x', long)", /makes a text of more than/],
    ["'<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>'.from_xml()", /DOCTYPE is not read/],
    ["brackets.parse_json()", /nested deeper than 100 levels/],
    ["'1'.to_date(long)", /is not a time written as/],
    ["'1111111111111111111111111111'.to_date('SuSuSuSuSuSuSu x')", /asks twice for the same part of a time/],
    ["now().in_time_zone(long)", /is not a time zone/],
    ["'a'.matches('(abcdefgh|ijklmnop){1000}'.gsub('h', long.slice(0, 100)))", /is too large a pattern/],
    ["long.gsub_pattern('(x+)', '\\\\1'.ljust(400, '\\\\1'))", /makes a text of more than/],
    ["at.strftime('%N'.ljust(1000000, '%N'))", /too many steps/],
    ["items.filter(x, 'z' in items)", /too many steps/],
    ["items.filter(x, items == others)", /too many steps/],
    ["items.map(x, items + items)", /too many steps/],
    ["items.filter(x, long.transliterate() == x)", /too many steps/],
    ["items.map(x, long.upcase())", /too many steps/],
    // Each takes ten to a hundred microseconds, beside what reading its text costs.
    ["items.map(x, x.to_country_name())", /too many steps/],
    ["items.map(x, 1.to_currency('EUR', 'de-u-nu-' + x))", /too many steps|takes a currency's code/],
    ["items.map(x, ('1/2/' + x).to_date('D/M/YYYY'))", /too many steps|is not a time/],
    ["items.map(x, ('+1 415 555 ' + x).to_e164())", /too many steps/],
    ["items.map(x, at.in_time_zone('Asia/Tokyo').hour())", /too many steps/],
    ["items.map(x, at.to_date().year())", /too many steps/],
    ["items.map(x, x.parse_csv())", /too many steps/],
    ["items.map(x, ('<a>' + x + '</a>').from_xml())", /too many steps/],
    ["items.map(x, x.sha256())", /too many steps/],
    ["million.parameterize().length()", /too many steps/],
    ["million.parse_csv().length()", /too many steps/],
  ] as const)("%s is refused", (text, message) => {
    expect(() => compileExpression(text, "field").evaluate(large)).toThrow(message);
  });

  it.each([
    ["long.matches('(x+x+)+y')", false],
    [
      "items.map(x, {'id': x}).where({'id': others}).length() + items.map(x, {'id': x}).where({'id !=': others}).length()",
      50_000,
    ],
    ["'{\"__proto__\": {\"polluted\": 1}}'.parse_json().get('polluted')", null],
    // What is cheap may be done on much.
    ["(million + million + million).include('y')", false],
    ["million.slice(0, 100_000).gsub('x', '').length()".replace("_", ""), 0],
    ["items.map(x, x.upcase()).join(',').length()", 288_889],
    ["items.sort().first()", "0"],
    ["items.filter(x, 'India'.to_currency_symbol() == '₹').length()", 50_000],
  ] as const)("%s gives %j", (text, value) => {
    expect(compileExpression(text, "field").evaluate(large)).toBe(value);
  });
});
