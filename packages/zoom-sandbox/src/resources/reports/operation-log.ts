/** Keeps what admins and hosts changed, as the operation log reports it: events that name who did it. */
import type { EventPayload, Sandbox } from "../../sandbox.ts";
import type { Operation } from "./log-reports.ts";

const CATEGORIES: readonly (readonly [event: RegExp, category: string])[] = [
  [/^user\.settings/, "user_settings"],
  [/^(user|group)\./, "user"],
  [/^account\./, "account"],
  [/^recording\./, "recording"],
  [/^webinar\./, "webinar"],
  [/^zoomroom\./, "zoom_rooms"],
  [/^(chat_|team_chat)/, "im"],
];
const ACTIONS: readonly (readonly [event: RegExp, action: string])[] = [
  [/created$|added$/, "Add"],
  [/deleted$|removed$|disassociated$|trashed$/, "Delete"],
];
const KEPT = 5_000;

/** Notes an event that somebody caused. */
export function logOperation(
  { table, clock }: Pick<Sandbox, "table" | "clock">,
  event: string,
  payload: EventPayload,
): void {
  const category = CATEGORIES.find(([pattern]) => pattern.test(event))?.[1];
  if (category === undefined || !payload.operator) return;
  const log = table<Operation & { id: number }>("operation_log");
  const id = (log.all().at(-1)?.id ?? 0) + 1;
  log.set(id, {
    ...{
      id,
      time: `${clock.now().toISOString().slice(0, 19)}Z`,
      operator: payload.operator,
      category_type: category,
    },
    action: ACTIONS.find(([pattern]) => pattern.test(event))?.[1] ?? "Update",
    operation_detail:
      `${event} ${payload.object && "id" in payload.object ? String(payload.object.id) : ""}`.trim(),
  });
  const oldest = log.size() > KEPT ? log.find(() => true) : undefined;
  if (oldest) log.delete(oldest.id);
}
