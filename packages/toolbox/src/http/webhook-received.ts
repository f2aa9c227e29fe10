/** A recipe's own address, which any service may call; whether the caller knows the secret is checked on the raw bytes. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { defineHookTrigger, type HookAnswer, type HookRequest } from "@greenroom/connector-kit";
import { z } from "zod";

const header = (fallback: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "must be a header's name, such as X-Signature")
    .default(fallback);

const check = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none") }),
    z.strictObject({
      kind: z.literal("secret"),
      header: header("X-Webhook-Secret").describe("The header that holds the address's secret"),
    }),
    z.strictObject({
      kind: z.literal("hmac"),
      header: header("X-Signature").describe("The header that holds the signature of the body"),
      algorithm: z.enum(["sha1", "sha256", "sha512"]).default("sha256"),
      encoding: z.enum(["hex", "base64"]).default("hex"),
      prefix: z.string().default("").describe("What stands before the signature, such as sha256="),
    }),
  ])
  .default({ kind: "none" })
  .describe(
    "How a caller proves itself, beside knowing the address. The secret is on the recipe's page, never in the recipe",
  );

const mostBytes = 10 * 1024 * 1024;
const longestWaitSeconds = 60;

const config = z.strictObject({
  check,
  methods: z
    .array(z.enum(["GET", "POST"]))
    .min(1)
    .default(["POST"])
    .describe("The methods that are taken"),
  maxBytes: z
    .int()
    .min(1)
    .max(mostBytes)
    .default(1024 * 1024)
    .describe("The largest body that is taken"),
  idempotencyHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "must be a header's name, such as Idempotency-Key")
    .optional()
    .describe("A header by which a call that is sent again is known; without it, every call starts a job"),
  answer: z
    .enum(["accepted", "result"])
    .default("accepted")
    .describe(
      "Whether the caller hears at once that the job is accepted, or waits for what the recipe returns",
    ),
  answerWithinSeconds: z
    .int()
    .min(1)
    .max(longestWaitSeconds)
    .default(30)
    .describe("How long a caller waits at most"),
});

type Config = z.output<typeof config>;

/** Starts a job when the recipe's address is called. */
export const webhookReceived = defineHookTrigger({
  title: "Webhook received",
  summary:
    "Starts a job when the recipe's own address is called, by any service; it can answer with the job's result.",
  event: "webhook.received",
  scopes: [],
  config,
  payload: z.looseObject({
    method: z.string(),
    headers: z.record(z.string(), z.string()),
    query: z.record(z.string(), z.string()),
    body: z.unknown(),
  }),
  sample: {
    method: "POST",
    headers: { "content-type": "application/json" },
    query: { from: "form" },
    body: { email: "ada@northwind.example", webinar: 81_234_567_890 },
  },
  receive: (request) => receive(request),
});

function receive(request: HookRequest<Config>): HookAnswer {
  const { config: given, method, headers, query, body, secret } = request;
  if (!given.methods.some((one) => one === method))
    return refuse(405, `The method ${method} is not taken here, but ${given.methods.join(", ")}.`);
  if (body.byteLength > given.maxBytes)
    return refuse(413, `The body has ${body.byteLength} bytes; ${given.maxBytes} are taken.`);
  const doubt = doubtOf(given.check, headers, body, secret.reveal());
  if (doubt !== undefined) return refuse(401, doubt);
  const read = bodyOf(body, headers.get("content-type") ?? "");
  if (read === invalid) return refuse(400, "The body is not what its content type says.");
  const again = given.idempotencyHeader && headers.get(given.idempotencyHeader);
  const hidden = given.check.kind === "none" ? undefined : given.check.header.toLowerCase();
  return {
    status: 202,
    body: { accepted: true },
    event: {
      dedupeKey: again ? `key ${again}` : randomUUID(),
      payload: {
        method,
        headers: Object.fromEntries(
          [...headers].filter(([name]) => name !== hidden && !secretHeaders.has(name)),
        ),
        query: Object.fromEntries(query),
        body: read,
      },
    },
    ...(given.answer === "result" && { waitMs: given.answerWithinSeconds * 1_000 }),
  };
}

/** What must not stand in a job's data. */
const secretHeaders: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie"]);

function refuse(status: number, reason: string): HookAnswer {
  return { status, body: { error: reason }, refused: reason };
}

function doubtOf(
  how: Config["check"],
  headers: Headers,
  body: Uint8Array,
  secret: string,
): string | undefined {
  if (how.kind === "none") return undefined;
  const given = headers.get(how.header);
  if (given === null || given === "") return `The header ${how.header} is missing.`;
  if (how.kind === "secret") return same(given, secret) ? undefined : `The header ${how.header} is wrong.`;
  const signature = createHmac(how.algorithm, secret).update(body).digest(how.encoding);
  // Hexadecimal digits are the same in capitals.
  const shown =
    how.encoding === "hex" ? given.slice(how.prefix.length).toLowerCase() : given.slice(how.prefix.length);
  return given.startsWith(how.prefix) && same(shown, signature)
    ? undefined
    : `The signature in ${how.header} is wrong: it must be ${how.prefix}${how.encoding}(HMAC-${how.algorithm.toUpperCase()} of the body).`;
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const invalid = Symbol("invalid");

/** JSON and forms as objects, text as text, and anything else in base64. */
function bodyOf(body: Uint8Array, contentType: string): unknown {
  if (body.byteLength === 0) return null;
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const bytes = Buffer.from(body);
  try {
    if (type === "application/json" || type.endsWith("+json")) return JSON.parse(decode(bytes)) as unknown;
    if (type === "application/x-www-form-urlencoded")
      return Object.fromEntries(new URLSearchParams(decode(bytes)));
    if (type.startsWith("text/") || type === "" || type.endsWith("xml")) return decode(bytes);
  } catch {
    return invalid;
  }
  return bytes.toString("base64");
}

const decode = (bytes: Buffer) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
