/** PostgreSQL against a real server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Client } from "pg";
import { connect, failure } from "../stand-in.test-kit.ts";
import { createPostgresConnector } from "./postgres.ts";
import { startPostgresServer } from "./postgres-server.test-kit.ts";

let server: Awaited<ReturnType<typeof startPostgresServer>>;
let admin: Client;
const postgres = createPostgresConnector({ allowPrivateNetworks: true });

beforeAll(async () => {
  server = await startPostgresServer();
  admin = new Client({ connectionString: server.databaseUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  await admin.query(`drop table if exists people; drop sequence if exists numbers;
    create table people (id bigserial primary key, email text unique not null, tags text[], data jsonb, score numeric(10, 2),
      seen_at timestamptz, day date, "odd ""name" int default 7, updated_at timestamptz not null default clock_timestamp())`);
});

const connected = (more: Record<string, string> = {}) =>
  connect(postgres, "postgres-user", { ...server.form, ...more });

describe("rows", () => {
  it("are inserted with every type as its column has it, and read as plain JSON", async () => {
    const { run } = await connected();
    const row = {
      ...{ email: "ada@acme.example", tags: ["a", "b,c"], data: [{ on: true }], score: 12.5 },
      ...{ seen_at: "2026-11-24T15:00:00+01:00", day: "2026-11-24", 'odd "name': 3 },
    };
    const inserted = await run("insert-rows", { table: "people", rows: row, returning: ["id"] });
    expect(inserted).toEqual({ rows: [{ id: 1 }], rowCount: 1 });
    const { rows } = await run("run-query", {
      sql: "select * from people where data @> $1",
      parameters: ['[{"on": true}]'],
    });
    expect(rows).toEqual([
      { ...row, id: 1, seen_at: "2026-11-24T14:00:00.000Z", updated_at: expect.stringMatching(/Z$/) },
    ]);
  });

  it("come in thousands in one statement, all of them or none", async () => {
    const { run } = await connected();
    const many = Array.from({ length: 20_000 }, (_, index) => ({
      email: `p${index}@acme.example`,
      score: index,
    }));
    expect((await run("insert-rows", { table: "public.people", rows: many })).rowCount).toBe(20_000);
    const error = await failure(
      run("insert-rows", {
        table: "people",
        rows: [{ email: "new@acme.example" }, { email: "p1@acme.example" }],
      }),
    );
    expect(error).toMatchObject({ kind: "conflict", code: "postgres.23505" });
    expect(error.message).toContain("p1@acme.example");
    const found = await run("run-query", { sql: "select email from people where email like 'new%'" });
    expect(found.rows).toEqual([]);
    const page = await run("run-query", { sql: "select id from people order by id;", limit: 3 });
    expect(page).toEqual({ rows: [{ id: 1 }, { id: 2 }, { id: 3 }], count: 3, more: true });
  });

  it("that are there are passed over, or changed, as the step says", async () => {
    const { run } = await connected();
    await run("insert-rows", { table: "people", rows: [{ email: "a@acme.example", score: 1 }] });
    const again = [
      { email: "a@acme.example", score: 2 },
      { email: "b@acme.example", score: 3 },
    ];
    expect((await run("insert-rows", { table: "people", rows: again, ignoreExisting: true })).rowCount).toBe(
      1,
    );
    const rows = [...again, { email: "b@acme.example", score: 4, tags: ["last"] }];
    const upserted = await run("upsert-rows", {
      table: "people",
      rows,
      key: ["email"],
      returning: ["email", "score", "tags"],
    });
    expect(upserted.rows).toEqual([
      { email: "a@acme.example", score: 2, tags: null },
      { email: "b@acme.example", score: 4, tags: ["last"] },
    ]);
    const kept = await run("upsert-rows", {
      table: "people",
      rows: [{ email: "a@acme.example", score: 9 }],
      key: ["email"],
      keep: ["score"],
    });
    expect(kept.rowCount).toBe(0);
    expect(await run("upsert-rows", { table: "people", rows: [], key: ["email"] })).toEqual({
      rows: [],
      rowCount: 0,
    });
  });

  it("are deleted by their values, never all by mistake", async () => {
    const { run } = await connected();
    await run("insert-rows", {
      table: "people",
      rows: [{ email: "a@x.example", score: 1 }, { email: "b@x.example" }],
    });
    expect(
      (await run("delete-rows", { table: "people", where: { score: null }, returning: ["email"] })).rows,
    ).toEqual([{ email: "b@x.example" }]);
    expect((await failure(run("delete-rows", { table: "people", where: {} }))).fields[0]?.field).toBe(
      "where",
    );
    expect((await run("run-query", { sql: "select count(*) from people" })).rows).toEqual([{ count: 1 }]);
  });
});

describe("SQL", () => {
  it("of a query cannot write, however it is written", async () => {
    const { run } = await connected();
    await run("insert-rows", { table: "people", rows: { email: "a@x.example" } });
    for (const sql of [
      "delete from people",
      "with gone as (delete from people returning 1) select * from gone",
      "select 1; delete from people; commit",
      "select setval('people_id_seq', 99)",
    ]) {
      expect([sql, (await failure(run("run-query", { sql }))).kind]).toEqual([sql, "invalid-input"]);
    }
    expect((await run("run-query", { sql: "select email from people" })).count).toBe(1);
  });

  it("takes values as parameters, so that none becomes SQL", async () => {
    const { run } = await connected();
    const evil = "x'); drop table people; --";
    await run("insert-rows", { table: "people", rows: { email: evil, data: { quote: "'" } } });
    const parameters = [evil, { quote: "'" }];
    expect(
      (await run("run-query", { sql: "select id from people where email = $1 and data = $2", parameters }))
        .count,
    ).toBe(1);
    expect(
      (await failure(run("insert-rows", { table: 'people" (email) values (1) --', rows: { email: "x" } })))
        .code,
    ).toBe("postgres.42P01");
  });

  it("of a statement writes in a transaction of its own, and gives what it returns", async () => {
    const { run } = await connected();
    await run("insert-rows", { table: "people", rows: [{ email: "a@x.example" }, { email: "b@x.example" }] });
    const sql = "update people set score = $1 returning email";
    expect(await run("run-statement", { sql, parameters: [5] })).toMatchObject({ rowCount: 2 });
    expect((await failure(run("run-statement", { sql: "delete from people; select 1" }))).code).toBe(
      "postgres.42601",
    );
  });

  it("that is wrong says where, and one that is slow is ended", async () => {
    const { run } = await connected();
    const wrong = await failure(run("run-query", { sql: "select nothing from people" }));
    expect(wrong).toMatchObject({ kind: "invalid-input", code: "postgres.42703" });
    expect(wrong.message).toMatch(/column "nothing" does not exist \(at character \d+\)/);
    const slow = await failure(run("run-query", { sql: "select pg_sleep(30)", timeoutSeconds: 1 }));
    expect(slow).toMatchObject({ code: "postgres.57014", fields: [{ field: "timeoutSeconds" }] });
  });

  it("keeps numbers exact", async () => {
    const { run } = await connected();
    const sql =
      "select 9007199254740993::bigint as big, 1.10::numeric as n, 0.1234567890123456789::numeric as long, 'NaN'::float8 as nan, '1 day'::interval as i, '\\x00ff'::bytea as b, array[1,2]::bigint[] as list, timestamp '2026-01-02 03:04:05' as local";
    expect((await run("run-query", { sql })).rows[0]).toMatchObject({
      ...{ big: "9007199254740993", n: 1.1, long: "0.1234567890123456789", nan: "NaN", b: "AP8=" },
      local: "2026-01-02T03:04:05",
    });
  });
});

describe("a connection", () => {
  it("says who it is, and what is wrong with its form", async () => {
    expect(await (await connected()).identify()).toMatchObject({
      userId: server.form.user,
      accountName: expect.stringContaining("PostgreSQL 1"),
    });
    expect(await failure((await connected({ database: "nothing" })).identify())).toMatchObject({
      kind: "reconnect",
      code: "postgres.3D000",
    });
    expect(await failure((await connected({ port: "9" })).identify())).toMatchObject({
      kind: "unavailable",
      code: "econnrefused",
    });
    expect(await failure((await connected({ encryption: "verify" })).identify())).toMatchObject({
      code: "postgres.no-tls",
    });
    expect(await failure((await connected({ port: "x" })).identify())).toMatchObject({
      fields: [{ field: "port" }],
    });
  });

  it("reaches no socket of this machine, and no address that is refused", async () => {
    for (const host of ["/var/run/postgresql", "/tmp", "169.254.169.254"])
      expect([host, (await failure((await connected({ host })).identify())).code]).toEqual([
        host,
        "address-refused",
      ]);
    const closed = createPostgresConnector({ allowPrivateNetworks: false });
    const { identify } = await connect(closed, "postgres-user", { ...server.form, host: "localhost" });
    expect((await failure(identify())).code).toBe("address-refused");
  });

  it("that broke while nobody used it is replaced", async () => {
    const { run } = await connected();
    await run("run-query", { sql: "select 1" });
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'Greenroom'",
    );
    await expect
      .poll(async () => (await run("run-query", { sql: "select 1" }).catch(() => ({ count: 0 }))).count)
      .toBe(1);
  });

  it("that breaks in the middle of a statement has done nothing", async () => {
    const { run } = await connected();
    const running = failure(
      run("run-statement", { sql: "insert into people (email) select 'slow@x.example' from pg_sleep(30)" }),
    );
    await expect
      .poll(
        async () =>
          (
            await admin.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where query like 'insert%pg_sleep(30)' and pid <> pg_backend_pid()",
            )
          ).rowCount,
      )
      .toBe(1);
    expect((await running).kind).toBe("unavailable");
    expect((await admin.query("select 1 from people")).rowCount).toBe(0);
  });
});

describe("the trigger", () => {
  const look = async (id: string, cursor: unknown, config: object = {}) => {
    const trigger = postgres.triggers[id];
    if (trigger?.kind !== "polling") throw new Error("no polling trigger");
    const { client } = await connected();
    const given = trigger.config.parse({ table: "people", ...config });
    const signal = new AbortController().signal;
    const {
      events,
      cursor: next,
      more,
    } = await trigger.poll({ client, cursor, config: given, now: new Date(), accountId: "", signal });
    return {
      emails: events.map(({ payload }) => (payload["row"] as { email: string }).email),
      events,
      next,
      more,
    };
  };
  const add = (...emails: string[]) =>
    admin.query("insert into people (email) select unnest($1::text[])", [emails]);

  it("new-row begins with what comes after it was started, and finds each row once", async () => {
    await add("old@x.example");
    const first = await look("new-row", undefined);
    expect(first.emails).toEqual([]);
    await add("a@x.example", "b@x.example");
    const second = await look("new-row", first.next);
    expect(second.emails).toEqual(["a@x.example", "b@x.example"]);
    await admin.query("update people set score = 1");
    expect((await look("new-row", second.next)).emails).toEqual([]);
  });

  it("begins with the first row of an empty table", async () => {
    const first = await look("new-row", undefined);
    await add("a@x.example");
    expect((await look("new-row", first.next)).emails).toEqual(["a@x.example"]);
  });

  it("new-or-updated-row finds changes too, each change once", async () => {
    await add("a@x.example", "b@x.example");
    const first = await look("new-or-updated-row", undefined);
    await admin.query(
      "update people set score = 5, updated_at = clock_timestamp() where email = 'a@x.example'",
    );
    const second = await look("new-or-updated-row", first.next);
    expect(second.events).toMatchObject([
      { payload: { table: "people", row: { email: "a@x.example", score: 5 } } },
    ]);
    expect((await look("new-or-updated-row", second.next)).emails).toEqual([]);
    await admin.query("update people set updated_at = clock_timestamp() where email = 'a@x.example'");
    const third = await look("new-or-updated-row", second.next);
    expect(third.events[0]?.dedupeKey).not.toBe(second.events[0]?.dedupeKey);
  });

  it("misses no row whose transaction ends later than that of the next one", async () => {
    const first = await look("new-row", undefined);
    const slow = new Client({ connectionString: server.databaseUrl });
    await slow.connect();
    await slow.query("begin; insert into people (email) values ('slow@x.example')");
    await add("quick@x.example");
    const early = await look("new-row", first.next);
    await slow.query("commit");
    await slow.end();
    const late = await look("new-row", early.next);
    expect([...early.emails, ...late.emails]).toEqual(["slow@x.example", "quick@x.example"]);
  });

  it("reads many in portions, in order", async () => {
    const first = await look("new-row", undefined);
    await add(...Array.from({ length: 1_100 }, (_, index) => `p${index}@x.example`));
    const found: string[] = [];
    for (let { next, more } = { next: first.next, more: true }; more; ) {
      const page = await look("new-row", next);
      found.push(...page.emails);
      ({ next, more } = page);
    }
    expect(found).toEqual(Array.from({ length: 1_100 }, (_, index) => `p${index}@x.example`));
  });

  it("looks at a view too, and says when there is no such table or column", async () => {
    await admin.query("create or replace view recent as select * from people");
    const first = await look("new-row", undefined, { table: "recent" });
    await add("a@x.example");
    expect((await look("new-row", first.next, { table: "recent" })).emails).toEqual(["a@x.example"]);
    await admin.query("drop view recent");
    expect(await failure(look("new-row", undefined, { table: "nothing" }))).toMatchObject({
      kind: "not-found",
      fields: [{ field: "table" }],
    });
    expect((await failure(look("new-row", undefined, { key: "nothing" }))).code).toBe("postgres.42703");
  });
});
