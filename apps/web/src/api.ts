/** The server's API, typed by the server's own schemas. */
import type * as access from "@greenroom/server/schemas/access";
import type * as data from "@greenroom/server/schemas/data";
import type * as delivery from "@greenroom/server/schemas/inbox";
import type * as keeping from "@greenroom/server/schemas/keeping";
import type * as status from "@greenroom/server/schemas/connection-status";
import type * as stats from "@greenroom/server/schemas/job-stats";
import type * as catalogue from "@greenroom/server/catalogue-schemas";
import type * as schemas from "@greenroom/server/schemas";
import type * as workato from "@greenroom/server/schemas/workato";
import type { z } from "zod";

export type CatalogueConnector = z.output<typeof catalogue.catalogueConnector>;
export type ActionDetail = z.output<typeof catalogue.actionDetail>;
export type TriggerDetail = z.output<typeof catalogue.triggerDetail>;
export type Operation = z.output<typeof catalogue.operation>;
export type PickOptions = z.output<typeof catalogue.pickOptions>;
export type FormField = z.output<typeof schemas.formField>;
export type AppProfile = z.output<typeof schemas.appProfile>;
export type Connection = z.output<typeof schemas.connection>;
export type ConnectionStatus = z.output<typeof status.connectionStatus>;
export type ConnectionCall = z.output<typeof status.connectionCall>;
export type PermissionReport = z.output<typeof schemas.permissionReport>;
export type PermissionsSetUp = z.output<typeof schemas.permissionsSetUp>;
export type Recipe = z.output<typeof schemas.recipe>;
export type RecipeProblem = z.output<typeof schemas.recipeProblem>;
export type RecipeDraft = z.output<typeof schemas.recipeDraft>;
export type ImportedRecipe = z.output<typeof workato.importedRecipe>;
export type ExportedRecipe = z.output<typeof workato.exportedRecipe>;
export type RecipeLabels = z.output<typeof schemas.recipeLabels>;
export type RecentJobs = z.output<typeof schemas.recentJobs>;
export type WaitingEvents = z.output<typeof schemas.waitingEvents>;
export type StartPast = z.output<typeof schemas.startPast>;
export type RecipeVersion = z.output<typeof schemas.recipeVersion>;
export type Job = z.output<typeof schemas.job>;
export type JobWithSteps = z.output<typeof schemas.jobWithSteps>;
export type JobStep = z.output<typeof schemas.jobStep>;
export type JobError = z.output<typeof schemas.jobError>;
export type InboxEvent = z.output<typeof schemas.event>;
export type InboxEventWithPayload = z.output<typeof schemas.eventWithPayload>;
export type Property = z.output<typeof data.property>;
export type LookupTable = z.output<typeof data.lookupTable>;
export type LookupRow = z.output<typeof data.lookupRow>;
export type DeliveryHealth = z.output<typeof delivery.deliveryHealth>;
export type Taker = z.output<typeof delivery.taker>;
export type Replayed = z.output<typeof delivery.replayed>;
export type RefusedDelivery = z.output<typeof delivery.refusedDelivery>;
export type Retention = z.output<typeof keeping.retention>;
export type NoticeSettings = z.output<typeof keeping.noticeSettings>;
export type NoticeChannel = z.output<typeof keeping.noticeChannel>;
export type Notice = z.output<typeof keeping.notice>;
export type JobStats = z.output<typeof stats.jobStats>;
export type ManyDone = z.output<typeof schemas.manyDone>;
export type Role = z.output<typeof access.role>;
export type Person = z.output<typeof access.person>;
export type InvitedPerson = z.output<typeof access.invitedPerson>;
export type OneTimeLink = z.output<typeof access.oneTimeLink>;
export type Session = z.output<typeof access.session>;
export type ApiKey = z.output<typeof access.apiKey>;
export type Approval = z.output<typeof access.approval>;
export type MadeApiKey = z.output<typeof access.madeApiKey>;
export type AuditEntry = z.output<typeof access.auditEntry>;
export type SystemFacts = z.output<typeof access.system>;
export type Change = z.output<typeof schemas.change>;
type Problem = z.output<typeof schemas.problem>;

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** A refusal of the server, with what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly hint: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly problems: readonly RecipeProblem[];
  /** Stable, for programs; empty when the server could not be reached. */
  readonly code: string;
  readonly status: number;

  constructor(
    message: string,
    hint?: string,
    fields: Readonly<Record<string, string>> = {},
    problems: readonly RecipeProblem[] = [],
    { code = "", status = 0 }: { readonly code?: string; readonly status?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.hint = hint;
    this.fields = fields;
    this.problems = problems;
  }
}

/** Calls the API. @throws {ApiError} */
export async function api<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    throw new ApiError("The server cannot be reached.", "Check that Greenroom is running, then try again.");
  }
  // Nobody is signed in, or no longer: whoever wanted something comes back to it afterwards.
  if (response.status === 401 && !path.startsWith("/auth/")) {
    location.assign(`/sign-in?from=${encodeURIComponent(location.pathname + location.search)}`);
    return await new Promise<never>(() => {});
  }
  if (response.status === 204) return undefined as T;
  const answer = (await response.json().catch(() => undefined)) as
    | (Partial<Problem> & { problems?: RecipeProblem[] })
    | undefined;
  if (response.ok) return answer as T;
  const {
    message = `The server answered ${response.status}.`,
    hint,
    fields = [],
    code = "",
  } = answer?.error ?? {};
  throw new ApiError(
    message,
    hint,
    Object.fromEntries(fields.map(({ field, message: what }) => [field, what])),
    answer?.problems,
    { code, status: response.status },
  );
}
