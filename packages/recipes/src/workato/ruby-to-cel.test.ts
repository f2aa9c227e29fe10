import { describe, expect, it } from "vitest";
import { currentTime } from "../expressions/current-time.ts";
import { compileExpression } from "../expressions/expression.ts";
import { parseRuby } from "./parse-ruby.ts";
import { rubyToCel } from "./ruby-to-cel.ts";

const scope = {
  name: "Jean Marie",
  email: null,
  n: 3,
  rows: [
    { id: 1, kind: "a" },
    { id: 2, kind: "b" },
  ],
  at: "2026-03-28T22:00:00Z",
  [currentTime]: new Date("2026-03-29T10:30:00Z"),
};

const translated = (text: string) =>
  rubyToCel(parseRuby(text), {
    refer: ({ path }) => path.filter((part) => typeof part === "string").join("."),
    lookup: (table, where) => `lookup(${table}, ${where})`,
  }).text;
const pill = (path: string) => `_('data.p.line.${path}')`;

describe("a formula gives here what it gives at Workato", () => {
  it.each([
    [`${pill("name")}.upcase`, "name.upcase()", "JEAN MARIE"],
    [`${pill("email")}.present? ? ${pill("email")} : 'none'`, 'email.present() ? email : "none"', "none"],
    [`${pill("email")} || ${pill("name")}`, "email.or_else(name)", "Jean Marie"],
    [`${pill("email")}.blank? && !${pill("name")}.blank?`, "email.blank() && !name.blank()", true],
    [`'Hi ' + ${pill("name")}.split(' ').first`, '"Hi " + name.split(" ").first()', "Hi Jean"],
    [
      `"Hi #{${pill("name")}} #{${pill("email")}}!"`,
      '"Hi " + name.to_s() + " " + email.to_s() + "!"',
      "Hi Jean Marie !",
    ],
    [
      `${pill("name")}.gsub(/\\W+/, '-').downcase`,
      'name.gsub_pattern("\\\\W+", "-").downcase()',
      "jean-marie",
    ],
    [`${pill("name")}.match?(/^jean/i)`, 'name.match("(?i)^jean")', true],
    [`${pill("name")} =~ /Marie$/`, 'name.match("Marie$")', true],
    [`${pill("name")}[0..3]`, "name.slice(0, 4)", "Jean"],
    [`${pill("name")}[5, 2]`, "name.slice(5, 2)", "Ma"],
    [`${pill("name")}[0]`, "name.first()", "J"],
    [`${pill("name")}.split(' ')[1]`, 'name.split(" ").at(1)', "Marie"],
    [`${pill("name")}.split(' ')[2]`, 'name.split(" ").at(2)', null],
    [`${pill("name")}[-5..-1]`, "name.slice(-5, 5)", "Marie"],
    [`${pill("name")}.slice(0...4)`, "name.slice(0, 4)", "Jean"],
    ["7.0 / 2", "7.0 / 2", 3.5],
    ["-7.0 / 2", "-7.0 / 2", -3.5],
    ["7 / 2", "7 / 2", 3],
    [`${pill("rows")}[-1]['id']`, "rows.last().id", 2],
    [
      `${pill("rows")}.where(kind: 'b', 'id >': 1).pluck(:id)`,
      'rows.where({"kind": "b", "id >": 1}).pluck("id")',
      [2],
    ],
    [`${pill("rows")}.pluck('id').smart_join(', ')`, 'rows.pluck("id").smart_join(", ")', "1, 2"],
    [
      `${pill("rows")}.format_map('%{id}=%{kind}').join(';')`,
      'rows.format_map("%{id}=%{kind}").join(";")',
      "1=a;2=b",
    ],
    [`${pill("rows")}.size`, "rows.length()", 2],
    [`(${pill("n")} + 1) * 2`, "(n + 1) * 2", 8],
    ["10 - (4 - 3)", "10 - (4 - 3)", 9],
    [
      "3.days.from_now.strftime('%F')",
      '3.days().from_now("America/Los_Angeles").strftime("%F")',
      "2026-04-01",
    ],
    ["-3.days.from_now", '(-3).days().from_now("America/Los_Angeles")', "2026-03-26T03:30:00-07:00"],
    ["now", 'now("America/Los_Angeles")', "2026-03-29T03:30:00-07:00"],
    ["now.in_time_zone(nil)", "now()", "2026-03-29T10:30:00Z"],
    ["now.in_time_zone('Tokyo')", 'now("Asia/Tokyo")', "2026-03-29T19:30:00+09:00"],
    [
      `${pill("at")}.in_time_zone('Eastern Time (US & Canada)')`,
      'at.in_time_zone("America/New_York")',
      "2026-03-28T18:00:00-04:00",
    ],
    [
      `${pill("at")}.to_time.in_time_zone`,
      'at.to_time().in_time_zone("America/Los_Angeles")',
      "2026-03-28T15:00:00-07:00",
    ],
    [`${pill("at")}.in_time_zone(nil)`, 'at.in_time_zone("UTC")', "2026-03-28T22:00:00Z"],
    [
      `(${pill("at")}.to_date - '2026-03-01'.to_date).to_i`,
      '((at.to_date() - "2026-03-01".to_date()).in_seconds() / 86400).to_i()',
      27,
    ],
    ["('2026-03-01T11:00:00Z'.to_time - '2026-03-01T10:00:00Z'.to_time) / 60", undefined, 60],
    ["'Awesome'.gsub(/[Ae]/, 'A' => 'E', 'e' => 'a')", undefined, "Ewasoma"],
    ["'a.b'.gsub('.', '.' => '-')", undefined, "a-b"],
    ["'a.b.'.scan('.')", undefined, [".", "."]],
    ["'a-b'[/[a-z]/]", '"a-b".scan("[a-z]").first()', "a"],
    ["'a-b'.slice(/x/)", undefined, null],
    [`${pill("name")}[1..-1]`, "name.slice(1, name.length() - 1)", "ean Marie"],
    [`${pill("name")}[1..-3]`, "name.slice(1, name.length() - 3)", "ean Mar"],
    [`${pill("name")}[1...-2]`, undefined, "ean Mar"],
    ["[1, 2, 3].second", "[1, 2, 3].at(1)", 2],
    ["[1, 2, 3].fifth", undefined, null],
    ["1.second", "1.second()", "PT1S"],
    [`${pill("rows")}.where.not(kind: 'a').pluck('id')`, undefined, [2]],
    [`${pill("email")}.present? ? ${pill("email")} : nil`, undefined, null],
    ["[{ a: nil.present? ? 1 : skip, b: 2 }]", undefined, [{ b: 2 }]],
    ["{ b: 1, a: [2] }.to_param", undefined, "a%5B%5D=2&b=1"],
    [`${pill("at")}.to_date + 1.month`, "at.to_date() + 1.month()", "2026-04-28"],
    [`${pill("at")}.in_time_zone('Asia/Tokyo').wday`, 'at.in_time_zone("Asia/Tokyo").wday()', 0],
    ["'28-01-2020'.to_date(format: 'DD-MM-YYYY')", '"28-01-2020".to_date("DD-MM-YYYY")', "2020-01-28"],
    ["'345.6'.to_currency(unit: '€')", '"345.6".to_currency({"unit": "€"})', "€345.60"],
    ["'abc'.sha1.encode_base64", '"abc".sha1().decode_hex().encode_base64()', "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="],
    ["'abc'.encode_sha256.encode_hex.length", '"abc".sha256().length()', 64],
    [
      "today.beginning_of_month == now.to_date",
      'today("America/Los_Angeles").beginning_of_month() == now("America/Los_Angeles").to_date()',
      false,
    ],
    [`${pill("n")}.present? ? ${pill("n")} : 'none'`, 'n.present() ? n : "none"', 3],
    ["[1, nil, 2].compact.sum", "[1, null, 2].compact().sum()", 3],
    ["{ a: 1, 'b': 2 }.except(:a).to_json", '{"a": 1, "b": 2}.except("a").to_json()', '{"b":2}'],
  ])("%s", (ruby, cel, result) => {
    const made = translated(ruby);
    if (cel !== undefined) expect(made).toBe(cel);
    expect(compileExpression(made, "field").evaluate(scope)).toEqual(result);
  });

  it("a lookup is handed on", () => {
    expect(translated(`lookup('T', 'COL': ${pill("n")})['X']`)).toBe('lookup(T, {"COL": n}).X');
  });
});

describe("what has no counterpart is refused", () => {
  it.each([
    ["x.frobnicate", "There is no function x"],
    ["'x'.frobnicate(1)", "There is no formula frobnicate here"],
    ["'x'.slice(/(y)/, 1)", "A part that a pattern's group finds has no counterpart"],
    ["'x'.where.not(a: 1, b: 2)", "where.not with several conditions has no counterpart"],
    ["'x' =~ /y/x", "The pattern's flags x have no counterpart"],
    ["1..2", "A range stands where a value is needed"],
    ["2 ** 3", "The operator ** has no counterpart"],
  ])("%s", (ruby, message) => {
    expect(() => translated(ruby)).toThrow(message);
  });
});
