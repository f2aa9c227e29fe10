import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiRoutes } from "./api.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { SendMail } from "./mails.ts";
import type { Operation } from "./operations/operations.ts";
import type { Plan } from "./options.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { Table } from "./table.ts";

/** What every part of the sandbox is given; nothing else reaches the real clock, randomness or the network. */
export interface Sandbox {
  /** The raw HTTP app, for pages and control routes; Zoom's API is registered through `api`. */
  readonly app: Hono<SandboxEnv>;
  /** Registers operations of Zoom's REST API under `/v2`. */
  readonly api: ApiRoutes;
  /** Counts what Zoom allows only so often. */
  readonly limits: RateLimits;
  /** The virtual clock. */
  readonly clock: Clock;
  /** Deterministic identifiers in Zoom's shapes. */
  readonly ids: Ids;
  /** A named store of JSON rows; the same name gives the same table. */
  readonly table: <Row extends object>(name: string) => Table<Row>;
  /** The people of the account. */
  readonly users: Users;
  /** Roles and the privileges they hold. */
  readonly roles: Roles;
  /** Queues a webhook event; a dispatcher signs and sends it later. */
  readonly emit: (event: string, payload: EventPayload, options?: EmitOptions) => void;
  /** Writes an e-mail that Zoom would send; `GET /_sandbox/mails` shows it. */
  readonly mail: SendMail;
  /** The one account of this sandbox. */
  readonly account: Account;
  /** The origin people and clients use, such as `http://127.0.0.1:3100`. */
  readonly origin: () => string;
  /** Runs `work` when a person leaves the account, so that what was theirs goes to another or with them. */
  readonly onUserRemoved: (work: (user: User, transfer: Transfer) => void) => void;
  /** Tells everybody who asked by `onUserRemoved`. */
  readonly userRemoved: (user: User, transfer: Transfer) => void;
  /** Runs `rebuild` after a reset or a restore, for what is derived from tables. */
  readonly onRestore: (rebuild: () => void) => void;
}

/** Who gets what of a person that leaves; what is not named is deleted with the person. */
export interface Transfer {
  readonly meetings?: User;
  readonly webinars?: User;
  readonly recordings?: User;
  readonly whiteboards?: User;
}

/** Hono's environment in the sandbox. */
export interface SandboxEnv {
  Bindings: Bindings;
}

/** What the HTTP server hands over with a request. */
export interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** The app that called, once known; for the list of requests. */
  clientId?: string;
}

/** Who calls the API, established from the bearer token. */
export interface Caller {
  /** The user who authorised the app, or the creator of a server-to-server app. */
  readonly user: User;
  readonly appId: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
  /** What is being called. */
  readonly operation: Operation;
  /** True when the call is allowed by an `:admin` (or `:master`) scope, so other people may be named. */
  readonly admin: boolean;
}

/** Zoom's rate label of an operation. */
export type RateLabel = "Light" | "Medium" | "Heavy" | "Resource-intensive";

/** The account that owns everything in the sandbox. */
export interface Account {
  id: string;
  account_number: number;
  account_name: string;
  owner_id: string;
  plan: Plan;
  /** Such as `acme.zoom.us`, once Zoom has approved it. */
  vanity_url?: string;
}

/** A person of the account, with Zoom's field names. */
export interface User {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  display_name: string;
  /** 1 Basic, 2 Licensed, 4 Unassigned without Meetings Basic, 99 None. */
  type: number;
  status: "active" | "inactive" | "pending";
  role_id: string;
  pmi: number;
  timezone: string;
  language: string;
  dept: string;
  job_title: string;
  company: string;
  location: string;
  cost_center: string;
  manager: string;
  phone_number: string;
  host_key: string;
  verified: number;
  created_at: string;
  user_created_at: string;
  last_login_time: string;
  login_types: number[];
  group_ids: string[];
  use_pmi: boolean;
  pronouns: string;
  vanity_name: string;
  /** When a pending invitation runs out. */
  invitation_expires_at?: string;
  custom_attributes?: { key?: string; name?: string; value?: string }[];
  /** Licences beside the type, by Zoom's names. */
  features?: Record<string, unknown>;
}

/** Finds people as Zoom's paths name them. */
export interface Users {
  /** Finds an active or inactive person by id, email address or `me`; refuses others to a user-managed token. */
  readonly find: (idOrEmailOrMe: string, caller?: Caller) => User | undefined;
  /** Like `find`, and answers Zoom's 404/1001 when nobody is found. */
  readonly named: (idOrEmailOrMe: string, caller?: Caller) => User;
  /** Finds a person by id for what is history: also one who has left the account. */
  readonly everKnown: (id: string) => User | undefined;
  readonly byEmail: (email: string) => User | undefined;
  readonly all: () => User[];
  /** Everybody in that state, in order of their making. */
  readonly withStatus: (status: User["status"]) => readonly User[];
  /** Keeps a new person, or one whose address or state has changed. */
  readonly keep: (user: User) => void;
  readonly remove: (user: User) => void;
}

/** A role of the account. */
export interface Role {
  id: string;
  name: string;
  description: string;
  privileges: string[];
  /** Common, or of Zoom IQ; default: common. */
  type?: "common" | "iq";
  /** Privileges that reach only people of these groups. */
  privilege_scopes?: PrivilegeScope[];
}

/** A privilege that reaches only people of some groups. */
export interface PrivilegeScope {
  readonly permission_id: string;
  readonly group_ids: readonly string[];
}

/** Answers what a role lets people do. */
export interface Roles {
  readonly find: (id: string) => Role | undefined;
  readonly all: () => Role[];
  /** True when the person's role holds the privilege now; `X:Edit` includes `X:Read`. */
  readonly allows: (user: User, privilege: string) => boolean;
  /** The groups whose people the privilege reaches for this person; undefined when it reaches everybody. */
  readonly reach: (user: User, privilege: string | undefined) => ReadonlySet<string> | undefined;
}

/** The payload of a webhook event; `account_id` is added when it is sent. */
export interface EventPayload {
  operator?: string;
  operator_id?: string;
  /** Only Zoom's account and marketplace events have none. */
  object?: object;
  [more: string]: unknown;
}

/** How an event is queued. */
export interface EmitOptions {
  /** The person the event is about: apps that one person added hear only theirs. Default: the object's `host_id`, else the operator. */
  readonly userId?: string;
  /** Only this app hears it, as what is said to a bot. */
  readonly appId?: string;
  /** Members beside `event`, such as `download_token`. */
  readonly top?: Record<string, unknown>;
}

/** One refused field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer in Zoom's error envelope; made by `zoomError`. */
export class ZoomError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: number;
  readonly errors: readonly FieldError[] | undefined;
  /** What the answer says beside its body. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: number,
    message: string,
    {
      errors,
      headers = {},
    }: { errors?: readonly FieldError[] | undefined; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  /** The body that it is answered with. */
  envelope(): object {
    const { code, message, errors } = this;
    return errors === undefined ? { code, message } : { code, message, errors };
  }
}

/** The refusal of one field's value, as Zoom words it. */
export const invalidField = (field: string): ZoomError =>
  zoomError(400, 300, "Validation Failed.", [{ field, message: "Invalid field." }]);

/** Makes the error that answers with Zoom's `{code, message, errors?}`. */
export function zoomError(
  status: ContentfulStatusCode,
  code: number,
  message: string,
  errors?: readonly FieldError[],
): ZoomError {
  return new ZoomError(status, code, message, { errors });
}
