/** Lists to choose from, read from a service through a connection. */
import { ConnectorError, type PickList, runAction } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import * as schemas from "./catalogue-schemas.ts";
import { json, newRoutes, refused } from "./route-parts.ts";

const mostShown = 100;
/** A list is read once for the letters that are typed into its search. */
const rememberedMs = 30_000;

type Item = Readonly<Record<string, unknown>>;

/** Makes the route of `/connections/by-name/{name}/pick-lists/{list}`. */
export function createPickListRoutes({ connections }: Engine) {
  const read = new Map<string, { readonly at: number; readonly items: Promise<readonly Item[]> }>();

  async function itemsOf(connectionId: string, list: PickList, within: string | undefined) {
    const { connector, client, connection } = await connections.opened(connectionId);
    const action = connector.actions[list.action];
    if (!action) throw new Error(`the pick list's action ${list.action} is not there`);
    const input = { ...list.input, ...(list.within && { [list.within.input]: within }) };
    const output = await runAction(action, {
      ...{ client, input, idempotencyKey: `pick-list ${list.action}`, connection: connection.name },
    });
    const items = (output as Record<string, unknown>)[list.items];
    return Array.isArray(items) ? (items as readonly Item[]) : [];
  }

  function remembered(connectionId: string, name: string, list: PickList, within: string | undefined) {
    const key = JSON.stringify([connectionId, name, within]);
    const now = Date.now();
    for (const [old, { at }] of read) if (now - at > rememberedMs) read.delete(old);
    const known = read.get(key);
    if (known) return known.items;
    const items = itemsOf(connectionId, list, within);
    read.set(key, { at: now, items });
    // What failed is asked for again.
    items.catch(() => read.delete(key));
    return items;
  }

  return newRoutes().openapi(
    createRoute({
      ...{ method: "get", path: "/connections/by-name/{name}/pick-lists/{list}" },
      request: {
        params: z.object({ name: z.string(), list: z.string() }),
        query: z.object({
          search: z.string().max(200).default(""),
          /** The chosen value of the list that this one is within. */
          within: z.string().max(200).optional(),
          /** Values to name, found or not by the search; commas between. */
          values: z.string().max(2_000).default(""),
        }),
      },
      responses: { 200: json(schemas.pickOptions, "What can be chosen"), ...refused },
    }),
    async (c) => {
      const { name, list: listName } = c.req.valid("param");
      const { search, within, values } = c.req.valid("query");
      const connection = await connections.byName(name);
      if (!connection) throw notThere(`connection “${name}”`);
      const { connector } = await connections.opened(connection.id);
      const list = connector.pickLists?.lists[listName];
      if (!list) throw notThere(`list “${listName}” at ${connector.title}`);
      const { title } = list;
      if (list.within && within === undefined)
        return c.json({ title, within: list.within.list, items: [], more: false }, 200);
      let found: readonly Item[];
      try {
        found = await remembered(connection.id, listName, list, within);
      } catch (error) {
        // What a connection may not read is for whoever chooses to know, and nothing that failed here.
        if (!(error instanceof ConnectorError)) throw error;
        const { message, hint } = error;
        const problem = { message, ...(hint !== undefined && { hint }) };
        return c.json({ title, items: [], more: false, problem }, 200);
      }
      const options = found.flatMap((item) => optionOf(item, list));
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = new Set(values.split(",").filter(Boolean));
      const matching = options.filter(({ value, label, note = "" }) => {
        const text = `${label} ${note} ${value}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
      const named = options.filter(({ value }) => wanted.has(value));
      const items = [...new Set([...named, ...matching.slice(0, mostShown)])];
      return c.json(
        {
          ...{ title, items, more: matching.length > mostShown },
          ...(list.within && { within: list.within.list }),
        },
        200,
      );
    },
  );
}

function optionOf(item: Item, { value, label, note = [] }: PickList) {
  const id = textOf(item[value]);
  if (id === "") return [];
  const texts = label.map((field) => textOf(item[field]));
  const [first] = label;
  const named = first !== undefined && textOf(item[first]) !== "" ? [textOf(item[first])] : texts;
  const about = note.map((field) => textOf(item[field])).filter(Boolean);
  return [
    {
      ...{ value: id, label: named.filter(Boolean).join(" ") || id },
      ...(about.length > 0 && { note: about.join(", ") }),
    },
  ];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function notThere(what: string): ConnectorError {
  return new ConnectorError("not-found", "not-found", `There is no ${what}.`);
}
