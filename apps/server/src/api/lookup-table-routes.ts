/** The routes of lookup tables and their rows. */
import { Readable } from "node:stream";
import type { Engine, LookupRow, LookupTable } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { some, text } from "./answer-parts.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import { cell, columnName, columnType, lookupRow, lookupTable } from "./data-schemas.ts";

const values = z.record(z.string(), cell);
const name = z.string().trim().min(1).max(100);
const newTable = z
  .object({
    name,
    description: z.string().trim().max(500).optional(),
    columns: z.array(z.object({ name: columnName, type: columnType.default("text") }).strict()).min(1),
  })
  .strict()
  .openapi("NewLookupTable");
const tableChange = z
  .object({
    name: name.optional(),
    description: z.string().trim().max(500).optional(),
    /** All that there are to be: those with an id are kept, those without are new, those left out are dropped. */
    columns: z
      .array(z.object({ id: z.string().optional(), name: columnName, type: columnType }).strict())
      .min(1)
      .optional(),
  })
  .strict()
  .openapi("LookupTableChange");

const whereText = z
  .string()
  .max(10_000)
  .optional()
  .transform((given, context) => {
    if (given === undefined) return {};
    try {
      const read = values.safeParse(JSON.parse(given));
      if (read.success) return read.data;
    } catch {
      // Told below.
    }
    context.addIssue({ code: "custom", message: `must be JSON such as {"email":"a@acme.example"}` });
    return z.NEVER;
  })
  .openapi({ type: "string", description: "Values by column name, as JSON; rows that have all of them" });
const rowParam = { params: z.object({ id: z.uuid(), rowId: z.coerce.number().int().min(1) }) };
const rowPaging = z.object({
  where: whereText,
  cursor: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const rowPage = z.object({ items: z.array(lookupRow), nextCursor: z.string().optional() });
const count = z.object({ rows: z.number().int() });
const csvBody = {
  body: {
    content: { "text/csv": { schema: z.string() } },
    required: true,
    description: "UTF-8, a line of names first",
  },
};
const importQuery = z.object({ mode: z.enum(["append", "replace"]).default("append") });

/** Makes the routes of `/lookup-tables`. */
export function createLookupTableRoutes({ lookupTables: tables }: Engine) {
  const { rows } = tables;
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/lookup-tables" },
        responses: { 200: json(list(lookupTable), "By name") },
      }),
      async (c) => c.json({ items: (await tables.list()).map(tableAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/lookup-tables", request: body(newTable) },
        responses: { 201: json(lookupTable, "Made"), ...refused },
      }),
      async (c) => c.json(tableAnswer(await tables.create(c.req.valid("json"))), 201),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/lookup-tables/import" },
        request: { query: z.object({ name }), ...csvBody },
        responses: {
          201: json(lookupTable, "Made from the file, with columns of text named by its first line"),
          ...refused,
        },
      }),
      async (c) => c.json(tableAnswer(await tables.createFromCsv(c.req.valid("query").name, bodyOf(c))), 201),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/lookup-tables/{id}", request: idParam },
        responses: { 200: json(lookupTable, "One table"), ...refused },
      }),
      async (c) => c.json(tableAnswer(await tables.get(c.req.valid("param").id)), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "patch", path: "/lookup-tables/{id}", request: { ...idParam, ...body(tableChange) } },
        responses: { 200: json(lookupTable, "Changed"), ...refused },
      }),
      async (c) =>
        c.json(tableAnswer(await tables.change(c.req.valid("param").id, c.req.valid("json"))), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/lookup-tables/{id}", request: idParam },
        responses: { 204: { description: "Gone, with its rows" }, ...refused },
      }),
      async (c) => {
        await tables.remove(c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/lookup-tables/{id}/rows", request: { ...idParam, query: rowPaging } },
        responses: { 200: json(rowPage, "In the order they were added"), ...refused },
      }),
      async (c) => {
        const { where, cursor, limit } = c.req.valid("query");
        const found = await rows.find(c.req.valid("param").id, { where, limit: limit + 1, after: cursor });
        const items = found.slice(0, limit);
        const last = found.length > limit ? items.at(-1) : undefined;
        return c.json({ items: items.map(rowAnswer), ...(last && { nextCursor: String(last.id) }) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/lookup-tables/{id}/rows" },
        request: { ...idParam, ...body(z.object({ rows: z.array(values).min(1).max(1_000) }).strict()) },
        responses: { 201: json(list(lookupRow), "Added"), ...refused },
      }),
      async (c) => {
        const added = await rows.add(c.req.valid("param").id, c.req.valid("json").rows);
        return c.json({ items: added.map(rowAnswer) }, 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/lookup-tables/{id}/rows/delete" },
        request: { ...idParam, ...body(z.object({ where: values }).strict()) },
        responses: { 200: json(count, "How many were deleted; an empty `where` deletes all"), ...refused },
      }),
      async (c) => {
        const deleted = await rows.removeWhere(c.req.valid("param").id, c.req.valid("json").where);
        return c.json({ rows: deleted }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "patch", path: "/lookup-tables/{id}/rows/{rowId}" },
        request: { ...rowParam, ...body(z.object({ values }).strict()) },
        responses: { 200: json(lookupRow, "Changed; columns left out keep their values"), ...refused },
      }),
      async (c) => {
        const { id: tableId, rowId } = c.req.valid("param");
        return c.json(rowAnswer(await rows.update(tableId, rowId, c.req.valid("json").values)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/lookup-tables/{id}/rows/{rowId}", request: rowParam },
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        const { id: tableId, rowId } = c.req.valid("param");
        await rows.remove(tableId, rowId);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/lookup-tables/{id}/import" },
        request: { ...idParam, query: importQuery, ...csvBody },
        responses: { 200: json(count, "How many were read; where a line does not fit, none"), ...refused },
      }),
      async (c) => {
        const { mode } = c.req.valid("query");
        return c.json({ rows: await rows.importCsv(c.req.valid("param").id, bodyOf(c), mode) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/lookup-tables/{id}/export", request: idParam },
        responses: {
          200: { description: "CSV", content: { "text/csv": { schema: z.string() } } },
          ...refused,
        },
      }),
      async (c) => {
        const { id: tableId } = c.req.valid("param");
        const table = await tables.get(tableId);
        const csv = await rows.exportCsv(tableId);
        const file = encodeURIComponent(`${table.name}.csv`);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node declares its web streams apart
        return c.body(Readable.toWeb(csv) as ReadableStream<Uint8Array>, 200, {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": `attachment; filename*=UTF-8''${file}`,
        });
      },
    );
}

/** The body as it arrives: a file of any length is never whole in memory. */
function bodyOf(c: Context): Readable {
  const stream = c.req.raw.body;
  return stream ? Readable.from(stream) : Readable.from([]);
}

function tableAnswer({
  columns,
  description,
  createdAt,
  updatedAt,
  ...rest
}: LookupTable): z.output<typeof lookupTable> {
  return {
    ...rest,
    ...{
      columns: columns.map((one) => ({ ...one })),
      createdAt: text(createdAt),
      updatedAt: text(updatedAt),
    },
    ...some({ description }),
  };
}

function rowAnswer({ id: rowId, values: cells }: LookupRow): z.output<typeof lookupRow> {
  return { id: rowId, values: { ...cells } };
}
