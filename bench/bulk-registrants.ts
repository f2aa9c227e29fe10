/**
 * A bulk job of 10,000 registrants against the sandbox with Zoom's limits counted: it must go at the limit's rate and never
 * be told 429. The time is real, as it is at Zoom.
 */
import { setTimeout as after } from "node:timers/promises";
import { accountOwner, connectedEngines } from "../e2e/connected-engines.test-kit.ts";
import { zoom } from "@greenroom/zoom";

const recipe = `
name: Register everybody
trigger: { use: zoom/new-event, connection: zoom, input: { event: meeting.started } }
steps:
  - forEach: trigger.object.rows
    as: row
    concurrency: 20
    steps:
      - use: zoom/add-meeting-registrant
        input: { meetingId: "{{ row.meeting }}", email: "{{ row.email }}", first_name: P }
`;

/** Zoom: a meeting takes no more than its host's capacity. */
const ofOneMeeting = 250;
/** Light calls a second, of which the limiter keeps a tenth for people. */
const rates = { pro: 30, business: 80 } as const;
/** The sandbox remembers its last 2,000 requests: it is asked before they are more. */
const askEveryMs = 5_000;

/** What came of it. */
export interface BulkResult {
  readonly plan: keyof typeof rates;
  readonly registrants: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** What Zoom allows, and what of it is not kept for people. */
  readonly limitPerSecond: number;
  readonly bulkShare: number;
  readonly refused: number;
  readonly registered: number;
  readonly job: string;
}

/** Runs it. */
export async function measureBulkRegistrants(
  plan: keyof typeof rates = "business",
  registrants = 10_000,
): Promise<BulkResult> {
  const stack = await connectedEngines({ plan });
  try {
    const { first: engine } = stack;
    const { id: profileId } = await stack.newProfile("zoom-admin-oauth", "Bulk", undefined, { plan });
    const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId });
    await stack.connect(id);
    const client = await engine.connections.client(zoom, "zoom");
    const meetings: number[] = [];
    for (let count = 0; count < registrants; count += ofOneMeeting) {
      const body = {
        topic: "Bulk",
        type: 2,
        start_time: "2030-01-01T10:00:00Z",
        settings: { approval_type: 0 },
      };
      const made = await client.request("POST", "/users/{userId}/meetings", {
        ...{ path: { userId: accountOwner }, body },
      });
      meetings.push((made as { id: number }).id);
    }
    const rows = Array.from({ length: registrants }, (_, index) => ({
      meeting: meetings[Math.floor(index / ofOneMeeting)],
      email: `p${index}@people.example`,
    }));
    const { id: recipeId } = await engine.recipes.create(recipe);
    await engine.recipes.start(recipeId);
    const refused = refusals(stack);
    const began = Date.now();
    const connection = await engine.connections.get(id);
    await engine.receive({
      ...{ profileId, connector: "zoom" },
      event: {
        ...{ name: "meeting.started", accountId: connection.identity?.accountId ?? "", dedupeKey: "bulk" },
        ...{ occurredAt: new Date(), payload: { object: { rows } } },
      },
    });
    await engine.idle();
    const seconds = (Date.now() - began) / 1_000;
    const [job] = (await engine.queries.listJobs({ recipeId, limit: 1 })).items;
    let registered = 0;
    for (const meeting of meetings) {
      const path = `/meetings/${meeting}/registrants?page_size=1&status=approved`;
      registered += ((await client.request("GET", path)) as { total_records: number }).total_records;
    }
    return {
      ...{ plan, registrants, seconds, perSecond: registrants / seconds },
      ...{ limitPerSecond: rates[plan], bulkShare: rates[plan] * 0.9, refused: await refused.stop() },
      registered,
      job: job ? `${job.state}${job.reason ? `: ${job.reason}` : ""}` : "none",
    };
  } finally {
    await stack.close();
  }
}

/** Counts the sandbox's answers 429, also those that it has forgotten by the end. */
function refusals(stack: Awaited<ReturnType<typeof connectedEngines>>) {
  const seen = new Set<string>();
  const end = new AbortController();
  const look = async () => {
    for (const { at, path, status } of await stack.requests()) if (status === 429) seen.add(`${at} ${path}`);
  };
  const looking = (async () => {
    while (!end.signal.aborted) {
      await look();
      await after(askEveryMs, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      end.abort();
      await looking;
      await look();
      return seen.size;
    },
  };
}
