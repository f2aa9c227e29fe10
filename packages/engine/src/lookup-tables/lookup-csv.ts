/** Lookup tables from and to CSV, as streams: PostgreSQL's COPY does the work, and no table is too long for it. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConnectorError } from "@greenroom/connector-kit";
import { CsvError, parse } from "csv-parse";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { LookupColumn } from "../database/data-tables.ts";
import type { Pool } from "../database/database.ts";
import { cellOfText, type LookupValue } from "./lookup-columns.ts";

/** A longer line is rather a quote that was never closed. */
const maxLineBytes = 16_000_000;
/** What is sent to PostgreSQL at a time, in characters. */
const chunkLength = 65_536;

/** A line of CSV, and where it ends in the file. */
interface CsvLine {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads the first line, for who must know the columns before there is a table. The rest goes on from there. */
export async function openCsv(
  csv: Readable,
): Promise<{ readonly header: readonly string[]; readonly lines: AsyncIterator<CsvLine> }> {
  const bytes: AsyncIterator<Uint8Array> = csv[Symbol.asyncIterator]();
  const begun = await bytes.next();
  const start = begun.done === true ? Buffer.alloc(0) : Buffer.from(begun.value);
  // Excel writes CSV in an old encoding unless it is told: its umlauts would be lost without a word.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const checked = (chunk: Uint8Array, stream = true): Uint8Array => {
    try {
      decoder.decode(chunk, { stream });
    } catch {
      throw refused("The file is not in UTF-8.", "Save it as “CSV UTF-8”.");
    }
    return chunk;
  };
  async function* whole() {
    yield checked(start);
    for (let next = await bytes.next(); next.done !== true; next = await bytes.next())
      yield checked(next.value);
    checked(new Uint8Array(), false);
  }
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, max_record_size: maxLineBytes },
    delimiter: delimiterOf(start.toString("utf8")),
  });
  const source = Readable.from(whole());
  source.on("error", (error) => parser.destroy(error));
  const lines: AsyncIterator<CsvLine> = source.pipe(parser)[Symbol.asyncIterator]();
  const first = await nextLine(lines);
  if (!first) throw refused("The file is empty.", "It must begin with a line of column names.");
  return { header: first.record.map((name) => name.trim()), lines };
}

/** Reads all lines, or none. @returns how many rows. @throws {ConnectorError} that names the line and the column */
export async function importLines(
  pool: Pool,
  task: {
    readonly table: string;
    readonly columns: readonly LookupColumn[];
    readonly header: readonly string[];
    readonly lines: AsyncIterator<CsvLine>;
    readonly mode: "append" | "replace";
  },
): Promise<number> {
  const { table, columns, header, lines, mode } = task;
  const wanted = header.map((name) => columnNamed(name, columns));
  let count = 0;
  async function* copied() {
    let chunk = "";
    for (let line = await nextLine(lines); line; line = await nextLine(lines)) {
      const { record, info } = line;
      chunk += `${wanted.map((column, at) => copyText(cell(column, record[at] ?? "", info.lines))).join("\t")}\n`;
      count += 1;
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = "";
    }
    if (chunk !== "") yield chunk;
  }

  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    if (mode === "replace") await client.query(`delete from ${table}`);
    const names = wanted.map(({ id }) => id).join(", ");
    await pipeline(Readable.from(copied()), client.query(copyFrom(`copy ${table} (${names}) from stdin`)));
    await client.query("commit");
    return count;
  } catch (error) {
    await client.query("rollback").catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** All rows as CSV with a line of column names, as they were at one moment. */
export async function exportCsv(
  pool: Pool,
  { table, columns }: { readonly table: string; readonly columns: readonly LookupColumn[] },
): Promise<Readable> {
  const client = await pool.connect();
  const names = columns.map(({ id }) => `${id}::text`).join(", ") || "null";
  const rows = client.query(
    copyTo(`copy (select ${names} from ${table} order by id) to stdout with (format csv)`),
  );
  async function* whole() {
    let broken: Error | undefined;
    try {
      yield Buffer.from(`${columns.map(({ name }) => quoted(name)).join(",")}\n`);
      for await (const chunk of rows) yield chunk as Buffer;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // Whoever reads may stop in the middle; the connection then still has rows to give.
      client.release(broken ?? !rows.readableEnded);
    }
  }
  return Readable.from(whole());
}

async function nextLine(lines: AsyncIterator<CsvLine>): Promise<CsvLine | undefined> {
  try {
    const { done, value } = await lines.next();
    return done === true ? undefined : value;
  } catch (error) {
    if (error instanceof CsvError)
      throw refused(`The file is no CSV: ${error.message}.`, "Save it as CSV in UTF-8.");
    throw error;
  }
}

/** What the first line uses most, outside its quotes. */
function delimiterOf(start: string): string {
  const line = (/^[^\n]*/.exec(start)?.[0] ?? "").replaceAll(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((mark) => ({ mark, count: line.split(mark).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).mark;
}

function columnNamed(name: string, columns: readonly LookupColumn[]): LookupColumn {
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  const known = columns.slice(0, 20).map((one) => one.name);
  throw refused(`The table has no column “${name}”.`, `Its columns are ${known.join(", ")}.`);
}

function cell(column: LookupColumn, text: string, line: number): LookupValue {
  const read = cellOfText(column.type, text);
  if ("value" in read) return read.value;
  throw refused(`Line ${line}, column “${column.name}”: ${read.problem}.`, "Nothing was imported.");
}

/** A value as COPY reads it. */
function copyText(value: LookupValue): string {
  if (value === null) return "\\N";
  return String(value).replaceAll(/[\\\n\r\t]/g, (mark) => `\\${escapes[mark] ?? mark}`);
}

const escapes: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t" };

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function refused(message: string, hint: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-csv", message, {
    hint,
    fields: [{ field: "csv", message }],
  });
}
