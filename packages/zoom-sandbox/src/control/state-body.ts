/** What a state must be to be put back: checked whole before anything is forgotten, so that a wrong one changes nothing. */
import { z } from "zod";
import { settingsBody } from "./settings-body.ts";

const text = z.string();
const texts = z.array(z.string());
const token = z.looseObject({
  ...{ token: text, app_id: text, client_id: text, user_id: text, scopes: texts, expires_ms: z.number() },
});
const planned = z.looseObject({
  ...{ id: z.int(), uuid: text, host_id: text, topic: text, type: z.int(), duration: z.number() },
  ...{ status: z.enum(["waiting", "started"]), timezone: text, deleted: z.boolean() },
  settings: z.looseObject({}),
});

/** What the sandbox could not do without, by table; of the others any row will do. The second is the field a row is kept by. */
const ROWS: Readonly<Record<string, readonly [row: z.ZodType<object>, key: string]>> = {
  users: [
    z.looseObject({
      ...{ id: text, email: text, first_name: text, last_name: text, display_name: text, role_id: text },
      ...{ type: z.int(), status: z.enum(["active", "inactive", "pending"]), timezone: text },
      ...{ created_at: text, group_ids: texts, login_types: z.array(z.number()) },
    }),
    "id",
  ],
  roles: [z.looseObject({ id: text, name: text, description: text, privileges: texts }), "id"],
  groups: [z.looseObject({ id: text, name: text }), "id"],
  apps: [
    z.looseObject({
      ...{ id: text, name: text, client_id: text, client_secret: text, secret_token: text },
      kind: z.enum(["user_managed", "admin_managed", "server_to_server", "webhook_only"]),
      ...{ redirect_urls: texts, scopes: texts, created_by: text, active: z.boolean() },
      subscriptions: z.array(z.looseObject({ id: text, url: text, events: texts })),
    }),
    "id",
  ],
  installs: [z.looseObject({ id: text, app_id: text, user_id: text, scopes: texts }), "id"],
  access_tokens: [token, "token"],
  refresh_tokens: [token, "token"],
  meetings: [planned, "id"],
  webinars: [planned, "id"],
  instances: [
    z.looseObject({
      ...{ uuid: text, meeting_id: z.int(), kind: z.enum(["meeting", "webinar"]), host_id: text },
      ...{ topic: text, start_time: text, end_time: text.optional() },
    }),
    "uuid",
  ],
  participants: [
    z.looseObject({
      ...{ key: text, uuid: text, id: text, user_id: text, name: text, user_email: text, join_time: text },
      leave_time: text.optional(),
    }),
    "key",
  ],
  recordings: [
    z.looseObject({
      ...{ uuid: text, meeting_id: z.int(), host_id: text, passcode: text, settings: z.looseObject({}) },
      files: z.array(
        z.looseObject({
          ...{ id: text, key: text, file_type: text, file_size: z.number() },
          ...{ recording_start: text, recording_end: text },
        }),
      ),
    }),
    "uuid",
  ],
  deliveries: [
    z.looseObject({
      ...{ id: text, app_id: text, subscription_id: text, url: text, event: text, body: text },
      status: z.enum(["pending", "delivered", "failed", "dropped"]),
      attempts: z.array(z.looseObject({ retry_num: z.int() })),
    }),
    "id",
  ],
};

const anyRows = z.array(z.tuple([text, z.looseObject({})]));
const tables = z
  .looseObject(
    Object.fromEntries(
      Object.entries(ROWS).map(([name, [row]]) => [name, z.array(z.tuple([text, row])).optional()]),
    ),
  )
  .catchall(anyRows)
  .superRefine((given, context) => {
    for (const [name, [, key]] of Object.entries(ROWS))
      for (const [place, [id, row]] of (given[name] ?? []).entries())
        if (String(Reflect.get(row, key)) !== id)
          context.addIssue({
            ...{ code: "custom", path: [name, place, 1, key] },
            message: `must be ${id}, which the row is kept under`,
          });
  });

/** A state as `GET /_sandbox/state?full` answers it. */
export const stateBody = z
  .looseObject({
    version: z.literal(1),
    ids: z.looseObject({ seed: text, drawn: z.int() }),
    account: z.looseObject({
      ...{ id: text, account_number: z.number(), account_name: text, owner_id: text },
      plan: z.enum(["free", "pro", "business"]),
    }),
    settings: settingsBody.omit({ plan: true }),
    cookieSecret: text.min(1),
    clockAheadMs: z.number(),
    clock: z.looseObject({ nowMs: z.int(), speed: z.number().min(0) }).optional(),
    tables,
  })
  .superRefine(({ account: { owner_id }, tables: { users = [] } }, context) => {
    // A sandbox whose owner is nobody could answer nothing.
    if (users.some(([id]) => id === owner_id)) return;
    const message = "the account's owner is none of the people; send what GET /_sandbox/state?full answered";
    context.addIssue({ code: "custom", path: ["tables", "users"], message });
  });
