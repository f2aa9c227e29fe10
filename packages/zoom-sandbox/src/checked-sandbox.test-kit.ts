/**
 * A sandbox for the tests of one resource: every answer is compared with Zoom's OpenAPI file, every event with Zoom's
 * webhook file, and in the end every operation that the file says it covers must have been called with success.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import { createSandbox } from "./create-sandbox.ts";
import type { RunningSandbox } from "./options.ts";
import { knownDifferences } from "./known-differences.test-kit.ts";
import { operations } from "./operations/operations.ts";
import { connect, makeApp, visit } from "./visitor.test-kit.ts";

const specs = join(import.meta.dirname, "../../../../shared/zoom-specs");
const haveSpecs = existsSync(join(specs, "endpoint-index.tsv"));
if (!haveSpecs)
  console.warn(
    "Zoom's API descriptions (../shared/zoom-specs) are absent: answers and events are not compared with them.",
  );

/** An event as the sandbox emitted it. */
export interface EmittedEvent {
  readonly event: string;
  readonly event_ts: number;
  // Tests look into payloads of every kind.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly payload: any;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [top: string]: any;
}

/** An answer, read. */
export interface Answered {
  readonly status: number;
  // Tests look into answers of every kind.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

/** What a token may be given: all scopes, or these. */
export interface Client {
  readonly token: string;
  readonly get: (path: string) => Promise<Answered>;
  readonly post: (path: string, body?: unknown) => Promise<Answered>;
  readonly put: (path: string, body?: unknown) => Promise<Answered>;
  readonly patch: (path: string, body?: unknown) => Promise<Answered>;
  readonly delete: (path: string, body?: unknown) => Promise<Answered>;
}

/** A sandbox that watches itself. */
export interface CheckedSandbox extends RunningSandbox {
  /** The account's owner with every scope, by an admin-managed app. */
  readonly owner: Client;
  /** The owner with a new token: for tests that let an hour pass. */
  readonly again: () => Promise<Client>;
  /** Signs in, adds an app of their own and calls with it; default scopes: every one without `:admin`. */
  readonly as: (email: string, scopes?: readonly string[]) => Promise<Client>;
  /** Every event since the start, oldest first. */
  readonly events: readonly EmittedEvent[];
  /** The events of that name. */
  readonly eventsOf: (event: string) => EmittedEvent[];
  /** A call of the control plane, such as `/_sandbox/meetings/1/start`. */
  readonly act: (path: string, body?: unknown) => Promise<Answered>;
  /** For `afterAll`: fails on differences from Zoom's descriptions and on covered operations never called with success. */
  readonly finish: () => Promise<void>;
}

/** Starts one. `covers` are product and tag, such as `users/Groups`; none for a test of events alone. */
export async function checkedSandbox(options: {
  readonly covers: readonly string[];
  readonly seed?: string;
  readonly frozenAt?: Date;
  readonly rateLimits?: boolean;
}): Promise<CheckedSandbox> {
  const { covers, seed, frozenAt = new Date("2026-11-23T12:00:00Z"), rateLimits = false } = options;
  const events: EmittedEvent[] = [];
  const succeeded = new Set<string>();
  const differences = new Set<string>();
  const report = (what: string): void => {
    if (!knownDifferences.some(({ matches }) => matches.test(what))) differences.add(what);
  };

  const sandbox = await createSandbox({
    ...{ port: 0, company: "small", frozenAt, rateLimits, ...(seed !== undefined && { seed }) },
    onAnswer: (operation, status, body) => {
      if (status < 400) succeeded.add(operation);
      for (const problem of answerProblems(operation, status, body)) report(`${operation} ${problem}`);
    },
    onEvent: (event, body) => {
      events.push(JSON.parse(body) as EmittedEvent);
      for (const problem of eventProblems(event, body)) report(`${event} ${problem}`);
    },
  });
  const client = (token: string): Client => {
    const send = (method: string) => (path: string, body?: unknown) =>
      read(`${sandbox.url}/v2${path}`, method, body, { authorization: `Bearer ${token}` });
    return {
      ...{ token, get: send("GET"), post: send("POST"), put: send("PUT") },
      ...{ patch: send("PATCH"), delete: send("DELETE") },
    };
  };
  const allScopes = [...new Set([...operations().values()].flatMap(({ scopes }) => scopes))];
  const as = async (
    email: string,
    scopes: readonly string[] = allScopes.filter((scope) => !/:(admin|master)$/.test(scope)),
    kind = scopes.some((scope) => /:(admin|master)$/.test(scope)) ? "admin_managed" : "user_managed",
  ) => {
    const visitor = await visit(sandbox.url, email);
    const app = await makeApp(sandbox.url, visitor, [...scopes], kind);
    return client((await connect(sandbox.url, visitor, app)).access_token);
  };

  return {
    ...sandbox,
    owner: await as("olivia@acme.example", allScopes, "admin_managed"),
    again: () => as("olivia@acme.example", allScopes, "admin_managed"),
    as,
    events,
    eventsOf: (event) => events.filter((one) => one.event === event),
    act: (path, body) => read(`${sandbox.url}${path}`, "POST", body ?? {}),
    finish: async () => {
      await sandbox.close();
      expect([...differences], "differences from Zoom's descriptions").toEqual([]);
      const emulated = sandbox.emulated().filter((name) => {
        const { product, tag } = operations().get(name) ?? { product: "", tag: "" };
        return covers.includes(`${product}/${tag}`);
      });
      if (covers.length > 0)
        expect(emulated.length, `emulated operations of ${covers.join(", ")}`).toBeGreaterThan(0);
      expect(
        emulated.filter((name) => !succeeded.has(name)),
        "covered operations never called with success",
      ).toEqual([]);
    },
  };
}

async function read(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const form = body instanceof FormData;
  const response = await fetch(url, {
    method,
    headers: form || body === undefined ? headers : { ...headers, "content-type": "application/json" },
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
// Its declarations are written for CommonJS.
(addFormats as unknown as (on: Ajv) => void)(ajv);
// Zoom: what is not known is sent as an empty text, whatever its format (live answers, its own examples).
for (const name of ["email", "date", "date-time", "uri", "url", "ipv4"]) {
  // Ajv's own "url" asks for a public host name, which a sandbox has not.
  const strict = ajv.formats[name === "url" ? "uri" : name];
  const check = typeof strict === "object" && "validate" in strict ? strict.validate : strict;
  ajv.addFormat(name, (text: string) => text === "" || matchesFormat(check, text));
}

function matchesFormat(check: unknown, text: string): boolean {
  if (check instanceof RegExp) return check.test(text);
  return typeof check === "function" ? check(text) === true : true;
}

const JSON_TYPES = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);

function mendedProperties(properties: Loose): Loose {
  const schemas = Object.entries(properties).filter(([, schema]) => typeof schema === "object");
  return Object.fromEntries(schemas.map(([name, schema]) => [name, mended(schema)]));
}

/** Mends what is no JSON Schema in the descriptions: prose in `type`, and alternatives that overlap. */
function mended(schema: Loose): Loose {
  if (Array.isArray(schema)) return schema.map(mended);
  if (typeof schema !== "object" || schema === null) return schema;
  const { oneOf, ...rest } = schema;
  const entries = Object.entries(oneOf ? { ...rest, anyOf: oneOf } : rest);
  return Object.fromEntries(
    entries
      .filter(([key, value]) => key !== "type" || typeof value !== "string" || JSON_TYPES.has(value))
      .filter(([key]) => !["example", "examples", "$ref"].includes(key))
      // A list whose items are named at the list itself.
      .filter(([key]) => key !== "enum" || rest.type !== "array")
      .filter(([key, value]) => !/^(min|max)/.test(key) || typeof value !== "string")
      .map(([key, value]) => {
        // One of Zoom's lists of required fields names a field twice, which no JSON Schema may.
        if (key === "required" && Array.isArray(value)) return [key, [...new Set(value)]];
        return [key, key === "properties" ? mendedProperties(value) : mended(value)];
      }),
  );
}

const files = new Map<string, Loose>();
const readJson = (path: string): Loose => {
  let file = files.get(path);
  if (file === undefined)
    files.set(path, (file = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {}));
  return file;
};
const validators = new Map<string, ValidateFunction | undefined>();
const validator = (key: string, schema: () => Loose): ValidateFunction | undefined => {
  if (!validators.has(key)) {
    const found = schema();
    validators.set(key, found === undefined ? undefined : ajv.compile(mended(found)));
  }
  return validators.get(key);
};

function problemsOf(validate: ValidateFunction | undefined, value: unknown): string[] {
  if (!validate || validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath.replace(/\/\d+/g, "/*")}: ${message}`,
  );
}

/** Codes that any operation may answer with (zoom-api.md 3.2). */
const CROSS_CUTTING = new Set([104, 124, 200, 201, 300, 429, 501, 1001, 2300, 4700, 4711, 7010]);

function answerProblems(name: string, status: number, body: string): string[] {
  if (!haveSpecs) return [];
  const operation = operations().get(name);
  if (!operation) return [];
  const { product, method, path } = operation;
  const described = readJson(join(specs, `endpoints/${product}.json`)).paths?.[path]?.[method.toLowerCase()];
  if (!described) return [];
  const documented = Object.keys(described.responses);
  if (status < 400) {
    if (!documented.includes(String(status)))
      return [`answered ${status}; documented are ${documented.join(", ")}`];
    const validate = validator(
      `${name} ${status}`,
      () => described.responses[status]?.content?.["application/json"]?.schema,
    );
    return validate ? problemsOf(validate, body === "" ? undefined : JSON.parse(body)) : [];
  }
  const { code } = JSON.parse(body) as { code: number };
  return CROSS_CUTTING.has(code) || codesOf(product).has(code)
    ? []
    : [`answered ${status} with the code ${code}, which ${product} does not document`];
}

const productCodes = new Map<string, Set<number>>();

function codesOf(product: string): Set<number> {
  if (productCodes.size === 0) {
    for (const line of readFileSync(join(specs, "error-index.tsv"), "utf8").split("\n").slice(1)) {
      const [of = "", , , , , code = ""] = line.split("\t");
      const codes = productCodes.get(of) ?? productCodes.set(of, new Set()).get(of);
      codes?.add(Number(code));
    }
  }
  return productCodes.get(product) ?? new Set();
}

// The files at hand; of the sandbox's events those of Zoom Phone are described in none.
const eventProducts = ["meetings", "users", "accounts", "rooms", "team-chat", "marketplace", "chatbot"];

function eventProblems(event: string, body: string): string[] {
  if (!haveSpecs) return [];
  const validate = validator(`event ${event}`, () => {
    for (const product of eventProducts) {
      const described = readJson(join(specs, `webhooks/${product}.json`)).webhooks?.[event];
      if (described) return described.post.requestBody.content["application/json"].schema;
    }
    return undefined;
  });
  return problemsOf(validate, JSON.parse(body));
}
