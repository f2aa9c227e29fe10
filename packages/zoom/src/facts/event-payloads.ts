/** What each of Zoom's events carries, from a table generated from its own descriptions; read when it is first asked. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { flag, listOf, num, text } from "../operations/operation-action.ts";
import { sampleValue } from "./sample-value.ts";

/** A schema without its prose; properties and items are numbers of nodes. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, number>>;
  readonly items?: number;
  /** Alternatives, or parts. */
  readonly of?: readonly number[];
  readonly enum?: readonly unknown[];
}

interface Table {
  readonly nodes: readonly Node[];
  /** The node of each described event's payload. */
  readonly events: Readonly<Record<string, number>>;
  /** Of the others, the names in the payload's object. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What an event carries. */
export interface EventPayload {
  readonly payload: z.ZodObject;
  readonly sample: unknown;
}

let table: Table | undefined;
const known = new Map<string, EventPayload>();
/** Deeper than any of Zoom's payloads that does not hold itself. */
const deepest = 8;

/** What an event carries; undefined where Zoom has no such event. */
export function eventPayload(event: string): EventPayload | undefined {
  const before = known.get(event);
  if (before) return before;
  table ??= JSON.parse(readFileSync(new URL("event-payloads.gen.json", import.meta.url), "utf8")) as Table;
  const found = described(table, event) ?? indexed(table, event);
  if (found) known.set(event, found);
  return found;
}

function described({ nodes, events }: Table, event: string): EventPayload | undefined {
  const at = events[event];
  if (at === undefined) return undefined;
  const fields = propertiesOf(nodes, at);
  const payload = z.looseObject(
    Object.fromEntries(fields.map(([name, node]) => [name, typeAt(nodes, node, 1)])),
  );
  return { payload, sample: sampleAt(nodes, at, "payload", 0) };
}

function indexed({ fields }: Table, event: string): EventPayload | undefined {
  const names = fields[event]?.split(",").filter(Boolean);
  if (!names) return undefined;
  const object = z.looseObject(Object.fromEntries(names.map((name) => [name, z.unknown().optional()])));
  const sample = Object.fromEntries(names.map((name) => [name, sampleValue(name, {})]));
  return {
    payload: z.looseObject({ account_id: text(), object: object.nullish() }),
    sample: { account_id: sampleValue("account_id", {}), object: sample },
  };
}

/** The properties of a node and of its parts and alternatives; `$…` are no names. */
function propertiesOf(nodes: readonly Node[], at: number): (readonly [name: string, node: number])[] {
  const { properties = {}, of = [] } = nodes[at] ?? {};
  const own = Object.entries(properties).filter(([name]) => !name.startsWith("$"));
  return [...new Map([...of.flatMap((one) => propertiesOf(nodes, one)), ...own])];
}

function typeAt(nodes: readonly Node[], at: number, depth: number): z.ZodType {
  const fields = propertiesOf(nodes, at);
  if (depth > deepest) return z.unknown().optional();
  if (fields.length > 0)
    return z
      .looseObject(Object.fromEntries(fields.map(([name, node]) => [name, typeAt(nodes, node, depth + 1)])))
      .nullish();
  const { type, items } = nodes[at] ?? {};
  if (items !== undefined) return listOf(typeAt(nodes, items, depth + 1));
  if (type === "string") return text();
  if (type === "integer" || type === "number") return num();
  if (type === "boolean") return flag();
  return z.unknown().optional();
}

function sampleAt(nodes: readonly Node[], at: number, name: string, depth: number): unknown {
  const fields = propertiesOf(nodes, at);
  if (depth > deepest) return {};
  if (fields.length > 0)
    return Object.fromEntries(fields.map(([key, node]) => [key, sampleAt(nodes, node, key, depth + 1)]));
  const { type, items, enum: choices } = nodes[at] ?? {};
  if (items !== undefined) return [sampleAt(nodes, items, name, depth + 1)];
  if (type === "array") return [];
  return type === "object" ? {} : sampleValue(name, { type, enum: choices });
}
