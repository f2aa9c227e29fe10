/** Assistants, who may schedule for a person, and schedulers, for whom an assistant may: two sides of one relation. */
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";

/** A person and somebody who schedules for them. Table `assistants`, by `<user>/<assistant>`. */
interface Assistance {
  user_id: string;
  assistant_id: string;
  can_manage_host_private_event: boolean;
}

interface NewAssistant {
  readonly id?: string;
  readonly email?: string;
  readonly can_manage_host_private_event?: boolean;
}

/** True when one person may schedule meetings for another. */
export function mayScheduleFor({ table }: Pick<Sandbox, "table">, assistant: User, host: User): boolean {
  return assistant.id === host.id || table<Assistance>("assistants").has(`${host.id}/${assistant.id}`);
}

/** The operations on both sides. */
export function userRelations(sandbox: Sandbox): void {
  const { api, clock, users } = sandbox;
  const rows = sandbox.table<Assistance>("assistants");
  const assistantsOf = (user: User) => rows.filter(({ user_id }) => user_id === user.id);
  const schedulersOf = (user: User) => rows.filter(({ assistant_id }) => assistant_id === user.id);
  const drop = ({ user_id, assistant_id }: Assistance) => rows.delete(`${user_id}/${assistant_id}`);

  api.on("GET /users/{userId}/assistants", (call) => ({
    assistants: assistantsOf(users.named(call.params.userId, call.caller)).flatMap((row) => {
      const assistant = users.find(row.assistant_id);
      return assistant ? [{ ...row, id: assistant.id, email: assistant.email }] : [];
    }),
  }));
  api.on("POST /users/{userId}/assistants", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const { assistants = [] } = call.body<{ assistants?: NewAssistant[] }>();
    const people = assistants.map(({ id, email }) => users.named(id ?? email ?? ""));
    if (people.some(({ id }) => id === user.id))
      throw zoomError(400, 300, "A user cannot be their own assistant.");
    people.forEach(({ id }, index) => {
      const { can_manage_host_private_event = false } = assistants[index] ?? {};
      rows.set(`${user.id}/${id}`, { user_id: user.id, assistant_id: id, can_manage_host_private_event });
    });
    // Zoom: `add_at`, as for roles.
    return { ids: people.map(({ id }) => id).join(","), add_at: clock.now().toISOString() };
  });
  api.on("DELETE /users/{userId}/assistants", (call) => {
    assistantsOf(users.named(call.params.userId, call.caller)).forEach(drop);
  });
  api.on("DELETE /users/{userId}/assistants/{assistantId}", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const assistant = users.named(call.params.assistantId);
    drop({ user_id: user.id, assistant_id: assistant.id, can_manage_host_private_event: false });
  });

  api.on("GET /users/{userId}/schedulers", (call) => ({
    schedulers: schedulersOf(users.named(call.params.userId, call.caller)).flatMap(
      ({ user_id }) => users.find(user_id) ?? [],
    ),
  }));
  api.on("DELETE /users/{userId}/schedulers", (call) => {
    schedulersOf(users.named(call.params.userId, call.caller)).forEach(drop);
  });
  api.on("DELETE /users/{userId}/schedulers/{schedulerId}", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const host = users.named(call.params.schedulerId);
    drop({ user_id: host.id, assistant_id: user.id, can_manage_host_private_event: false });
  });

  sandbox.onUserRemoved((user) => [...assistantsOf(user), ...schedulersOf(user)].forEach(drop));
}
