/** The shapes of sign-in, settings and the audit log. */
import { z } from "@hono/zod-openapi";

/** A password shorter than this is refused. */
export const minPasswordLength = 12;

const time = z.iso.datetime();
const shortText = z.string().trim().min(1).max(200);
const email = z.email().max(200);

/** What somebody may do. */
export const role = z.enum(["viewer", "operator", "builder", "admin"]).openapi("Role");
/** Roles by recipe folder. */
export const folderRoles = z.record(z.string().min(1).max(400), role);
const approvable = z.enum(["create", "update", "delete"]);
const effect = z.enum(["read", "create", "update", "delete"]);

/** How a browser can sign in here. */
export const signInOptions = z
  .object({
    /** There is no account yet: the first is to be made. */
    setupNeeded: z.boolean(),
    /** Making it needs the token that the server printed at its start. */
    setupTokenNeeded: z.boolean(),
    singleSignOn: z.object({ name: z.string() }).optional(),
    /** A forgotten password can be set anew by a mail. */
    resetByMail: z.boolean(),
    minPasswordLength: z.number(),
  })
  .openapi("SignInOptions");

/** The first account. */
export const firstAccount = z.strictObject({
  name: shortText,
  email,
  password: z.string().min(minPasswordLength).max(256),
  token: z.string().max(200).optional(),
});

/** Who asks. */
export const me = z
  .object({
    kind: z.enum(["person", "key", "owner"]),
    id: z.string().optional(),
    name: z.string(),
    email: z.string().optional(),
    role: role.nullable(),
    folders: folderRoles,
    twoFactor: z.boolean(),
    /** Of a key. */
    connections: z.array(z.string()).optional(),
    effects: z.array(effect).optional(),
  })
  .openapi("Me");

/** A person. */
export const person = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: role.nullable(),
    folders: folderRoles,
    state: z.enum(["invited", "active", "disabled"]),
    twoFactor: z.boolean(),
    createdAt: time,
  })
  .openapi("Person");

/** Somebody to let in. */
export const newPerson = z.strictObject({
  name: shortText,
  email,
  role: role.nullable().default("viewer"),
  folders: folderRoles.default({}),
});

/** A person just invited, with the link by which they set their password. */
export const invitedPerson = person
  .extend({ link: z.string(), mailed: z.boolean() })
  .openapi("InvitedPerson");

/** What changes of a person. */
export const personChange = z.strictObject({
  name: shortText.optional(),
  role: role.nullable().optional(),
  folders: folderRoles.optional(),
  disabled: z.boolean().optional(),
});

/** A link that works once. */
export const oneTimeLink = z
  .object({ link: z.string(), expiresAt: time, mailed: z.boolean() })
  .openapi("OneTimeLink");

/** Whom a sign-in link is for. */
export const signInLinkRequest = z.strictObject({ email });

/** A browser that is signed in. */
export const session = z
  .object({
    id: z.string(),
    personId: z.string(),
    personName: z.string(),
    ipAddress: z.string().optional(),
    userAgent: z.string().optional(),
    createdAt: time,
    expiresAt: time,
    /** The one that asks. */
    current: z.boolean(),
  })
  .openapi("Session");

/** An API key, without the key. */
export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    personId: z.string(),
    personName: z.string(),
    /** Its first characters. */
    prefix: z.string(),
    role,
    connections: z.array(z.string()).optional(),
    effects: z.array(effect).optional(),
    callsPerMinute: z.number().optional(),
    needsApproval: z.array(approvable),
    expiresAt: time.optional(),
    lastUsedAt: time.optional(),
    createdAt: time,
  })
  .openapi("ApiKey");

/** A key to make. */
export const newApiKey = z.strictObject({
  // What is written by a key has its name beside it, as what is written by people has their addresses.
  name: shortText.refine((name) => !name.includes("@"), "must be a name, not an address that is a person's"),
  role: role.default("viewer"),
  connections: z.array(shortText).max(200).optional(),
  effects: z.array(effect).max(4).optional(),
  callsPerMinute: z.int().min(1).max(100_000).optional(),
  /** The effects that wait for a person's approval. */
  needsApproval: z.array(approvable).max(3).default([]),
  expiresAt: time.optional(),
});

/** A key just made; the key itself is never shown again. */
export const madeApiKey = apiKey.extend({ key: z.string() }).openapi("MadeApiKey");

/** Something that somebody did. */
export const auditEntry = z
  .object({
    id: z.string(),
    at: time,
    actor: z.object({
      kind: z.enum(["person", "key", "owner", "anonymous"]),
      id: z.string().optional(),
      name: z.string(),
    }),
    ipAddress: z.string().optional(),
    action: z.string(),
    subject: z.object({ type: z.string(), id: z.string().optional(), name: z.string().optional() }),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .openapi("AuditEntry");

/** What to look for in the audit log. */
export const auditQuery = z.object({
  search: z.string().trim().min(1).max(200).optional(),
  actorId: z.string().max(100).optional(),
  subjectType: z.string().max(100).optional(),
  subjectId: z.string().max(100).optional(),
  from: time.optional(),
  to: time.optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of the audit log. */
export const auditPage = z.object({ items: z.array(auditEntry), nextCursor: z.string().optional() });

/** What runs, and how much there is of it. */
export const system = z
  .object({
    version: z.string(),
    node: z.string(),
    startedAt: time,
    publicUrl: z.string(),
    workers: z.array(
      z.object({
        id: z.string(),
        host: z.string(),
        pid: z.number(),
        startedAt: time,
        heartbeatAt: time,
        /** Whether it has told of itself in the last ten seconds. */
        alive: z.boolean(),
        runningJobs: z.number(),
      }),
    ),
    /** Settings that processes were started with differently, though all must have them alike. */
    differences: z.array(
      z.object({
        name: z.string(),
        values: z.array(z.object({ value: z.string(), processes: z.array(z.string()) })),
      }),
    ),
    /** Jobs that are not finished, by state. */
    queue: z.record(z.string(), z.number()),
    database: z.object({
      version: z.string(),
      embedded: z.boolean(),
      bytes: z.number(),
      tables: z.array(z.object({ name: z.string(), bytes: z.number(), rows: z.number() })),
    }),
    /** What is configured by the environment. */
    settings: z.object({
      singleSignOn: z.boolean(),
      mail: z.boolean(),
      trustedProxies: z.boolean(),
    }),
  })
  .openapi("System");

/** Where an approval is. */
export const approvalState = z.enum(["pending", "running", "done", "failed", "declined"]);

/** What a key wanted to do, and what became of it. */
export const approval = z
  .object({
    id: z.string(),
    keyId: z.string(),
    keyName: z.string(),
    /** An action, or `recipe/` and a recipe's name. */
    use: z.string(),
    effect: approvable.optional(),
    connection: z.string().optional(),
    input: z.unknown(),
    state: approvalState,
    output: z.unknown().optional(),
    error: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
    decidedBy: z.string().optional(),
    decidedAt: time.optional(),
    createdAt: time,
  })
  .openapi("Approval");

/** A page of approvals. */
export const approvalPage = z.object({ items: z.array(approval), nextCursor: z.string().optional() });
