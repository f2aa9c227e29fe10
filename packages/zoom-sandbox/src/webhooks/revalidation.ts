/** Every 72 hours Zoom asks each address again; after six failures it sends no more (zoom-api.md 5.3). */
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import type { SendMail } from "../mails.ts";
import type { App, EventSubscription } from "../marketplace/app.ts";
import type { Table } from "../table.ts";
import { sendChallenge } from "./challenge.ts";

const HOUR_MS = 3_600_000;
const EVERY_MS = 72 * HOUR_MS;
const MAILS_AFTER = new Set([2, 4]);
const DISABLED_AFTER = 6;

/** Looks each hour for addresses that are due. Begins anew when called again, after a reset or a restore. */
export function createRevalidation(parts: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly apps: Table<App>;
  readonly mailOf: (userId: string) => string;
  readonly mail: SendMail;
  readonly changed: () => void;
}): () => void {
  const { clock, ids, apps, mail, mailOf, changed } = parts;
  let cancel = (): void => {};

  async function round(): Promise<void> {
    // The next hour does not wait for addresses that answer slowly.
    start();
    const now = clock.now();
    const dueMs = now.getTime() - EVERY_MS;
    const due = apps.all().flatMap((app) =>
      app.subscriptions
        .filter(({ method, disabled }) => method !== "websocket" && disabled !== true)
        .filter(({ validated_at }) => Date.parse(validated_at) <= dueMs)
        .map((subscription) => ({ app, subscription })),
    );
    // The next one counts from this one, whatever comes of it.
    for (const { subscription } of due) subscription.validated_at = now.toISOString();
    await Promise.all(due.map(({ app, subscription }) => validate(app, subscription)));
    if (due.length > 0) changed();
  }

  function start(): void {
    cancel();
    cancel = clock.schedule(new Date(clock.now().getTime() + HOUR_MS), round, { background: true });
  }

  async function validate(app: App, subscription: EventSubscription): Promise<void> {
    const problem = await sendChallenge({ ...subscription, app, clock, ids });
    if (problem === undefined) {
      subscription.failed_validations = 0;
      return;
    }
    const failures = (subscription.failed_validations ?? 0) + 1;
    subscription.failed_validations = failures;
    const to = mailOf(app.created_by);
    if (MAILS_AFTER.has(failures)) {
      mail(
        to,
        `The event address of ${app.name} fails validation`,
        `It failed ${failures} times: ${problem}`,
      );
    }
    if (failures >= DISABLED_AFTER) {
      subscription.disabled = true;
      mail(
        to,
        `Events of ${app.name} are no longer sent`,
        `The address failed validation ${failures} times: ${problem}`,
      );
    }
  }

  return start;
}
