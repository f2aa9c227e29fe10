/** What actions and triggers need of Zoom: scopes and privileges, and which operation is refused without each. Pure. */
import type { AnyAction, AnyTrigger, Use } from "@greenroom/connector-kit";
import { eventScopes, type ScopeLists, zoomOperation } from "../facts/operations.ts";

/** One thing that Zoom is asked for. */
export interface Need {
  /** Such as `POST /users/{userId}/meetings`, or the event `meeting.started`. */
  readonly operation: string;
  readonly title: string;
  readonly usedBy: string;
  readonly scopes: ScopeLists;
  readonly privilege: string | undefined;
}

type Catalogue = {
  readonly actions: Readonly<Record<string, AnyAction>>;
  readonly triggers: Readonly<Record<string, AnyTrigger>>;
};

const nothing: ScopeLists = { classic: [], granular: [] };

/** What these uses need. What is in no catalogue needs nothing. */
export function needsOf(uses: readonly Use[], catalogue: Catalogue): readonly Need[] {
  return uses.flatMap((use) => {
    const need =
      use.kind === "action"
        ? actionNeed(use, catalogue.actions[use.id])
        : triggerNeed(use, catalogue.triggers[use.id]);
    return need ? [need] : [];
  });
}

function actionNeed({ id, input, usedBy }: Use, action: AnyAction | undefined): Need | undefined {
  if (!action) return undefined;
  const given = record(input);
  const [method = "", path = ""] =
    id === "custom-action" ? [text(given["method"]), text(given["path"])] : action.endpoint.split(" ");
  const operation = zoomOperation(method, path);
  if (!operation) return undefined;
  return {
    ...{ operation: operation.name, title: action.title, usedBy, scopes: operation.scopes },
    // Zoom: what is the person's own needs no privilege.
    privilege: isOwn(path, given) ? undefined : operation.privilege,
  };
}

function triggerNeed({ input, usedBy }: Use, trigger: AnyTrigger | undefined): Need | undefined {
  if (!trigger) return undefined;
  if (trigger.kind === "polling") {
    const operation = zoomOperation(...parted(trigger.endpoint ?? ""));
    if (!operation) return undefined;
    const { name, scopes, privilege } = operation;
    return { operation: name, title: trigger.title, usedBy, scopes, privilege };
  }
  const event = typeof trigger.event === "string" ? trigger.event : text(record(input)["event"]);
  const scopes = eventScopes(event) ?? nothing;
  return { operation: event, title: trigger.title, usedBy, scopes, privilege: undefined };
}

function isOwn(path: string, input: Readonly<Record<string, unknown>>): boolean {
  if (/^\/users\/me(?:\/|$)/.test(path)) return true;
  return path.startsWith("/users/{userId}") && (input["userId"] === undefined || input["userId"] === "me");
}

const parted = (endpoint: string): [method: string, path: string] => {
  const [method = "", path = ""] = endpoint.split(" ");
  return [method, path];
};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
