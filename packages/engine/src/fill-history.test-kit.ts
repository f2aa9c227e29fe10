/** Fills a database with ended jobs, their events and steps, for the benchmark: `node fill-history.test-kit.ts URL COUNT`. */
import pg from "pg";

const [databaseUrl, count = "0"] = process.argv.slice(2);
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
await client.query("set synchronous_commit = off");
/** Ids as they are made now, of the last days: the low digits keep them apart. */
const id = (kind: number) =>
  `(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - ($1::int - n) * 250), 12, '0') || '7000800${kind}' || lpad(to_hex(n), 12, '0'))::uuid`;
const rows = "generate_series($2::int, $3::int) as n";
const recipe = "(select id, version_id from greenroom.recipes limit 1) r";
const at = "now() - ($1::int - n) * interval '250 milliseconds'";
const payload = `'{"object":{"id":"85000000000","uuid":"history","host_id":"benchHostId0000000001","topic":"History","type":2,"duration":30,"timezone":"UTC"}}'`;
const step = (path: string, kind: string, use: string) =>
  `insert into greenroom.job_steps (job_id, path, position, title, kind, use, state, attempts, input, output, started_at, finished_at)
   select ${id(2)}, '${path}', 0, 'Send request', '${kind}', ${use}, 'succeeded', 1,
     '{"method":"POST","url":"http://127.0.0.1/","body":{"title":"History of benchHostId0000000001","minutes":60}}',
     '{"status":200,"headers":{"content-type":"application/json"},"body":{"ok":true}}', ${at}, ${at} from ${rows}`;
const pageSize = 50_000;
for (let from = 1; from <= Number(count); from += pageSize) {
  const values = [Number(count), from, Math.min(Number(count), from + pageSize - 1)];
  await client.query(
    `insert into greenroom.events (id, profile_id, connector, account_id, name, occurred_at, received_at, dedupe_key, payload)
     select ${id(1)}, (select profile_id from greenroom.connections limit 1), 'zoom', 'history', 'meeting.started', ${at},
       ${at}, encode(sha256(n::text::bytea), 'base64'), ${payload} from ${rows}`,
    values,
  );
  await client.query(
    `insert into greenroom.jobs (id, recipe_id, version_id, event_id, state, worker_id, created_at, started_at, finished_at)
     select ${id(2)}, r.id, r.version_id, ${id(1)}, 'succeeded', r.id, ${at}, ${at}, ${at} from ${rows}, ${recipe}`,
    values,
  );
  await client.query(step("0", "if", "null"), values);
  await client.query(step("0.then.0", "action", "'http/send-request'"), values);
}
// As a database is that has worked for days: its rows are counted, and what was written is on the disk.
await client.query("vacuum (freeze, analyze) greenroom.events, greenroom.jobs, greenroom.job_steps");
await client.query("checkpoint");
await client.end();
