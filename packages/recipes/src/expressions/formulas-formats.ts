/** Formulas that read and write JSON, CSV and XML. */
import type * as Xml from "fast-xml-parser";
import type * as Papa from "papaparse";
import { checkTextLength, maxListLength, spend } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { textOf } from "./formulas-any.ts";
import { lazily } from "./lazily.ts";
import { toJson } from "./to-json.ts";

type Row = Readonly<Record<string, unknown>>;

const onText = formulasOn("Formats", "text");
const onList = formulasOn("Formats", "list");
const onObject = formulasOn("Formats", "object");

const xml = lazily<typeof Xml>("fast-xml-parser");
const papa = lazily<typeof Papa>("papaparse");

/** Deeper data is nobody's, and would exhaust those that go through it. */
const maxNesting = 100;
/** What calling one of the libraries costs, however little there is to do. */
const unitsPerCall = 150;
/** What writing one cell of CSV costs. */
const unitsPerCell = 6;
/** What writing one element of XML costs. */
const unitsPerElement = 25;
/** What reading one character of XML costs. */
const unitsPerCharacter = 6;

function parseJson(text: string): unknown {
  checkNesting(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`This is not JSON: ${reason.slice(0, 200)}`, { cause: error });
  }
}

function checkNesting(text: string): void {
  let depth = 0;
  for (const [bracket] of text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "").matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > maxNesting) throw new Error(`The JSON is nested deeper than ${maxNesting} levels`);
  }
}

const settings = { ignoreAttributes: false, attributeNamePrefix: "@", textNodeName: "content!" } as const;

function fromXml(text: string): unknown {
  spend(unitsPerCall + text.length * unitsPerCharacter);
  if (/<!DOCTYPE/i.test(text)) throw new Error("XML with a DOCTYPE is not read");
  const valid = xml().XMLValidator.validate(text);
  if (valid !== true) throw new Error(`This is not XML: ${valid.err.msg} (line ${valid.err.line})`);
  const parser = new (xml().XMLParser)({
    ...settings,
    ...{ ignoreDeclaration: true, ignorePiTags: true, parseTagValue: false, alwaysCreateTextNode: false },
    ...{ maxNestedTags: maxNesting, isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute },
  });
  return withContent(parser.parse(text));
}

/** Text alone as an object with content!, so that an element has one form whether or not it has attributes. */
function withContent(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "string" ? { "content!": item } : withContent(item)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withContent(inner)]));
}

function toXml(value: unknown, options: Row = {}): string {
  spend(unitsPerCall);
  const { root = Array.isArray(value) ? "objects" : "hash", skip_instruct: bare, indent = 2 } = options;
  const name = textOf(root);
  const plain = toJson(value);
  const content = Array.isArray(plain) ? { [singular(name)]: plain } : plain;
  checkNames({ [name]: content });
  const builder = new (xml().XMLBuilder)({
    ...settings,
    ...{
      format: Number(indent) > 0,
      indentBy: " ".repeat(Math.min(Number(indent), 8)),
      suppressEmptyNode: true,
    },
  });
  const text = builder.build({ [name]: content });
  checkTextLength(text.length);
  return bare === true ? text : `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}

const singular = (name: string): string => (/[^s]s$/.test(name) ? name.slice(0, -1) : "object");

function checkNames(value: unknown, depth = 0): void {
  spend(unitsPerElement);
  if (depth > maxNesting) throw new Error(`The value is nested deeper than ${maxNesting} levels`);
  if (Array.isArray(value)) return value.forEach((item) => checkNames(item, depth + 1));
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== "content!" && !/^@?[\p{L}_][\p{L}\p{N}._:-]*$/u.test(key))
      throw new Error(`“${key}” cannot be the name of an XML element`);
    checkNames(inner, depth + 1);
  }
}

/** A line of values, or lines of lists, or of objects below a line with their fields. */
function toCsv(list: readonly unknown[], options: Row = {}): string {
  const settingsOf: Papa.UnparseConfig = {
    ...{ delimiter: textOf(options.col_sep ?? ","), newline: textOf(options.row_sep ?? "\n") },
    ...{ quoteChar: textOf(options.quote_char ?? '"'), quotes: options.force_quotes === true },
  };
  spend(unitsPerCall + list.length * unitsPerCell);
  const rows =
    list.every((row) => isObject(row)) && list.length > 0
      ? tableOf(list as readonly Row[])
      : list.some(Array.isArray)
        ? list.map((row) => (Array.isArray(row) ? row : [row]))
        : [list];
  const text = papa().unparse(
    rows.map((row) => row.map(textOf)),
    settingsOf,
  );
  checkTextLength(text.length);
  return text;
}

function tableOf(rows: readonly Row[]): unknown[][] {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  spend(rows.length * fields.length * unitsPerCell);
  return [
    fields,
    ...rows.map((row) => fields.map((field) => (Object.hasOwn(row, field) ? row[field] : null))),
  ];
}

function parseCsv(text: string, options: Row = {}): unknown[] {
  spend(unitsPerCall + text.length);
  const { data, errors } = papa().parse<unknown>(text.replace(/^\uFEFF/, ""), {
    // A row more than a list may have is refused as one.
    preview: maxListLength + 2,
    ...{ header: options.headers !== false, skipEmptyLines: true, delimiter: textOf(options.col_sep) },
  });
  const problem = errors.find(({ type }) => type === "Quotes");
  if (problem) throw new Error(`This is not CSV: ${problem.message} (row ${(problem.row ?? 0) + 1})`);
  return data;
}

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && value.constructor === Object;

/** Formulas that read and write formats. */
export const formatFormulas = [
  onText(
    "parse_json",
    "(): any",
    "The value that its JSON is.",
    [["'{\"a\": [1, null]}'.parse_json().a", [1, null]]],
    parseJson,
  ),
  onText(
    "from_xml",
    "(): object",
    "The XML as objects: every element is a list of objects, with content! for its text and @ before its attributes.",
    [["'<a x=\"1\"><b>2</b></a>'.from_xml()", { a: [{ b: [{ "content!": "2" }], "@x": "1" }] }]],
    fromXml,
  ),
  onObject(
    "to_xml",
    "(options?: object): text",
    "As XML; options are root, indent and skip_instruct.",
    [
      [
        "{'name': 'A&B'}.to_xml({'root': 'user', 'skip_instruct': true, 'indent': 0})",
        "<user><name>A&amp;B</name></user>",
      ],
    ],
    toXml,
  ),
  onList(
    "to_xml",
    "(options?: object): text",
    "Its items as XML elements below a root.",
    [
      [
        "[{'id': 1}].to_xml({'root': 'users', 'skip_instruct': true, 'indent': 0})",
        "<users><user><id>1</id></user></users>",
      ],
    ],
    toXml,
  ),
  onList(
    "to_csv",
    "(options?: object): text",
    "As CSV: a line of values, or a table of lists or objects; options are col_sep, row_sep, quote_char and force_quotes.",
    [
      ["['a', null, 'b, c'].to_csv()", 'a,,"b, c"'],
      ["[{'id': 1, 'n': 'x'}].to_csv({'col_sep': ';'})", "id;n\n1;x"],
    ],
    toCsv,
  ),
  onText(
    "parse_csv",
    "(options?: object): list",
    "The rows of CSV: objects by the names in its first line, or lists with the option headers: false.",
    [["'id,n\\n1,x'.parse_csv()", [{ id: "1", n: "x" }]]],
    parseCsv,
  ),
];
