import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { databases } from "./postgres-database.ts";

const parameters = z
  .array(z.unknown())
  .max(1_000)
  .default([])
  .describe("The values of $1, $2 and so on; never write values into the statement itself");
const timeoutSeconds = z.int().min(1).max(3_600).default(60);

/** A value as the driver takes it: objects are JSON. */
const asParameter = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;

/** Reads rows. */
export const runQuery = defineAction({
  title: "Run query",
  summary: "Reads rows by a SELECT with parameters. The server itself refuses to write.",
  endpoint: "GET /rows",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    sql: z.string().min(1).describe("Such as select * from registrants where webinar_id = $1"),
    parameters,
    limit: z.int().min(1).max(100_000).default(10_000).describe("The most rows that are given"),
    timeoutSeconds,
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.unknown())),
    count: z.number(),
    more: z.boolean().describe("Whether the limit left some out"),
  }),
  async run({ client, input: { sql, parameters: given, limit, timeoutSeconds: seconds } }) {
    const values = given.map(asParameter);
    return await databases.in(client).reading(
      async (run) => {
        // Through a cursor, so that what is over the limit is never sent.
        await run({
          sql: `declare greenroom no scroll cursor for ${sql.trim().replace(/;\s*$/, "")}`,
          parameters: values,
        });
        const { rows } = await run({ sql: `fetch ${limit + 1} from greenroom` });
        return { rows: rows.slice(0, limit), count: Math.min(rows.length, limit), more: rows.length > limit };
      },
      { timeoutMs: seconds * 1_000 },
    );
  },
});

/** Runs one statement that may write. */
export const runStatement = defineAction({
  title: "Run statement",
  summary:
    "Runs one SQL statement with parameters, such as an UPDATE or a call of a function, in a transaction of its own.",
  endpoint: "POST /statements",
  scopes: [],
  effect: "create",
  idempotentOf: (given) => z.looseObject({ idempotent: z.literal(true) }).safeParse(given).success,
  input: z.strictObject({
    sql: z
      .string()
      .min(1)
      .describe("Such as update registrants set attended = true where id = $1 returning id"),
    parameters,
    timeoutSeconds,
    idempotent: z
      .boolean()
      .optional()
      .describe("Running it twice equals running it once, so it may be tried again"),
  }),
  output: z.object({ rows: z.array(z.record(z.string(), z.unknown())), rowCount: z.number() }),
  run: async ({ client, input: { sql, parameters: given, timeoutSeconds: seconds } }) =>
    await databases
      .in(client)
      .writing((run) => run({ sql, parameters: given.map(asParameter) }), { timeoutMs: seconds * 1_000 }),
});
