/**
 * Steps that wait for events. The inbox matches them in the commit that writes the event, so none is lost; the job then
 * looks at what came, and takes the first event that matches.
 */
import type { Connector } from "@greenroom/connector-kit";
import type { EventInfo, WaitFor } from "@greenroom/recipes";
import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { HeldJob } from "./job-run.ts";

type EventWait = Extract<WaitFor, { kind: "event" }>;

/** Where the events of a connection come in. */
export interface EventSource {
  readonly profileId: string;
  readonly accountId: string;
}

/** The waits. */
export interface EventWaits {
  /** Registers the wait; what came in since `since` counts. To begin twice is to begin once. */
  begin(job: HeldJob, path: string, wait: EventWait, since: Date): Promise<void>;
  /** The payload of the first event that ends the wait, or what its condition failed with. */
  look(
    job: HeldJob,
    path: string,
    wait: EventWait,
  ): Promise<
    { readonly output: unknown; readonly eventId: string } | { readonly problem: Error } | undefined
  >;
}

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly occurredAt: Date;
  readonly payload: Readonly<Record<string, unknown>>;
}

// Whoever writes events reads the gate. The lock waits for those who write now, and holds up those who come: between
// this wait and the look back at what is written, no event can slip through.
const close = "lock table greenroom.event_gate in access exclusive mode";
const register = `
  insert into greenroom.job_waits (job_id, path, profile_id, account_id, name)
  select id, $3, $4, $5, $6 from greenroom.jobs where id = $1 and worker_id = $2 and finished_at is null
  on conflict do nothing`;
// The ids of events are times: the first comparison keeps the look short, the second makes it right.
const lookBack = `
  insert into greenroom.job_events (job_id, path, event_id)
  select w.job_id, w.path, e.id from greenroom.job_waits w
  join greenroom.events e on e.profile_id = w.profile_id and e.account_id = w.account_id and e.name = w.name
  where w.job_id = $1 and w.path = $2 and e.id >= $3 and e.received_at >= $4 and e.id <> $5
  on conflict do nothing`;
const begun = "select from greenroom.job_waits where job_id = $1 and path = $2";
const candidates = `
  select e.id, e.name, e.occurred_at as "occurredAt", e.payload
  from greenroom.job_events c join greenroom.events e on e.id = c.event_id
  where c.job_id = $1 and c.path = $2 order by e.id`;
const dismiss =
  "delete from greenroom.job_events where job_id = $1 and path = $2 and event_id = any($3::uuid[])";

/** Makes the waits. */
export function createEventWaits(context: {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** @throws {ConnectorError} when the connection is not there or not connected. */
  readonly sourceOf: (connectionName: string | undefined, connector: Connector) => Promise<EventSource>;
}): EventWaits {
  const { pool, clock, connectors, patiently, sourceOf } = context;

  function triggerOf({ use, input }: EventWait) {
    const [connectorId = "", triggerId = ""] = use.split("/");
    const connector = connectors.get(connectorId);
    const trigger = connector?.triggers[triggerId];
    if (!connector || !trigger) throw new Error(`${use} is not in the catalogue`);
    const settings: unknown = trigger.config?.parse(input);
    const name = typeof trigger.event === "string" ? trigger.event : trigger.event(settings);
    const wants = (payload: Candidate["payload"]) => trigger.matches?.(settings, payload) ?? true;
    return { connector, name, wants };
  }

  async function inOneCommit(
    work: (query: (text: string, values?: unknown[]) => Promise<unknown>) => Promise<void>,
  ) {
    await patiently(() =>
      inTransaction(pool, (client) => work((text, values) => client.query(text, values))),
    );
  }

  return {
    async begin(job, path, wait, since) {
      const { rowCount } = await patiently(() => pool.query(begun, [job.id, path]));
      if (rowCount === 1) return;
      const { connector, name } = triggerOf(wait);
      const source = await sourceOf(wait.connection, connector);
      const passedMs = clock.now().getTime() - since.getTime();
      const earliest = uuidv7({ msecs: Math.max(0, Date.now() - passedMs - 1_000), seq: 0 });
      await inOneCommit(async (query) => {
        await query(close);
        await query(register, [job.id, job.workerId, path, source.profileId, source.accountId, name]);
        await query(lookBack, [job.id, path, earliest, since, job.event.id]);
      });
    },

    async look(job, path, wait) {
      const { wants } = triggerOf(wait);
      const { rows } = await patiently(() => pool.query<Candidate>(candidates, [job.id, path]));
      for (const { payload, ...info } of rows) {
        const event: EventInfo = info;
        try {
          if (wants(payload) && wait.matches({ trigger: payload, event }))
            return { output: payload, eventId: event.id };
        } catch (error) {
          return { problem: error instanceof Error ? error : new Error(String(error)) };
        }
      }
      const seen = rows.map(({ id }) => id);
      if (seen.length > 0) await patiently(() => pool.query(dismiss, [job.id, path, seen]));
      return undefined;
    },
  };
}
