import { createHmac } from "node:crypto";
import { Secret } from "@greenroom/connector-kit";
import { expect, it } from "vitest";
import { webhookReceived } from "./webhook-received.ts";

const secret = "a-secret-of-the-address";
const json = JSON.stringify({ lead: "ada@northwind.example" });

function call(
  input: object = {},
  given: {
    method?: string;
    headers?: Record<string, string>;
    text?: string;
    bytes?: Uint8Array;
    query?: string;
  } = {},
) {
  const {
    method = "POST",
    headers = { "content-type": "application/json" },
    text = json,
    query = "",
  } = given;
  return webhookReceived.receive({
    ...{ config: webhookReceived.config?.parse(input) as never, method, headers: new Headers(headers) },
    ...{ query: new URLSearchParams(query), body: given.bytes ?? new TextEncoder().encode(text) },
    ...{ secret: new Secret(secret), now: new Date() },
  });
}
const hmac = (algorithm = "sha256", encoding: "hex" | "base64" = "hex", text = json) =>
  createHmac(algorithm, secret).update(text).digest(encoding);
const status = (answer: { status: number }) => answer.status;

it("a call becomes an event with method, headers, query and body", () => {
  const answer = call({}, { query: "from=form" });
  expect(answer).toMatchObject({
    status: 202,
    event: { payload: { method: "POST", query: { from: "form" }, body: { lead: "ada@northwind.example" } } },
  });
  expect(webhookReceived.payload.safeParse(answer.event?.payload).success).toBe(true);
});

it("every call is another event, unless a header says that it is the same", () => {
  expect(call().event?.dedupeKey).not.toBe(call().event?.dedupeKey);
  const keyed = (key: string) =>
    call({ idempotencyHeader: "Idempotency-Key" }, { headers: { "idempotency-key": key } }).event?.dedupeKey;
  expect([keyed("1") === keyed("1"), keyed("1") === keyed("2")]).toEqual([true, false]);
});

it("a signature is checked on the raw bytes, in each algorithm and encoding", () => {
  for (const algorithm of ["sha1", "sha256", "sha512"]) {
    for (const encoding of ["hex", "base64"] as const) {
      const check = { kind: "hmac", algorithm, encoding, header: "X-Hub-Signature", prefix: `${algorithm}=` };
      const signed = { "x-hub-signature": `${algorithm}=${hmac(algorithm, encoding)}` };
      expect([algorithm, encoding, status(call({ check }, { headers: signed }))]).toEqual([
        algorithm,
        encoding,
        202,
      ]);
      expect(status(call({ check }, { headers: signed, text: `${json} ` }))).toBe(401);
    }
  }
});

it.each([
  ["no signature", {}, /X-Signature is missing/],
  ["an empty one", { "x-signature": "" }, /missing/],
  ["another's", { "x-signature": hmac("sha256", "hex", "other") }, /wrong/],
  ["one that is cut off", { "x-signature": hmac().slice(0, 10) }, /wrong/],
  ["one without its prefix", { "x-signature": hmac() }, /wrong/],
])("%s is refused with 401 and the reason, and is no event", (_, headers, reason) => {
  const prefix = _ === "one without its prefix" ? "sha256=" : "";
  const answer = call({ check: { kind: "hmac", prefix } }, { headers });
  expect([answer.status, answer.event, answer.refused]).toEqual([
    401,
    undefined,
    expect.stringMatching(reason),
  ]);
});

it("a secret in a header lets in, and neither it nor other credentials stand in the event", () => {
  const check = { kind: "secret" };
  expect(status(call({ check }, { headers: { "x-webhook-secret": "wrong" } }))).toBe(401);
  const headers = { "x-webhook-secret": secret, authorization: "Bearer t", cookie: "c=1", "x-other": "kept" };
  const answer = call({ check }, { headers });
  expect(answer.status).toBe(202);
  expect(JSON.stringify(answer)).not.toMatch(/a-secret|Bearer|c=1/);
  expect(answer.event?.payload["headers"]).toMatchObject({ "x-other": "kept" });
});

it("forms and text are read, other bytes come in base64, and what is not what it says is refused", () => {
  const bodyOf = (type: string, text: string) =>
    call({}, { headers: { "content-type": type }, text }).event?.payload["body"];
  expect(bodyOf("application/x-www-form-urlencoded", "a=1&b=%C3%A9")).toEqual({ a: "1", b: "é" });
  expect(bodyOf("text/plain; charset=utf-8", "hello")).toBe("hello");
  expect(bodyOf("application/vnd.api+json", "[1]")).toEqual([1]);
  expect(bodyOf("image/png", "x")).toBe(Buffer.from("x").toString("base64"));
  expect(status(call({}, { text: "{" }))).toBe(400);
  expect(status(call({}, { headers: { "content-type": "text/plain" }, bytes: Uint8Array.of(0xff) }))).toBe(
    400,
  );
});

it("other methods and too large bodies are refused", () => {
  expect(status(call({}, { method: "GET", text: "" }))).toBe(405);
  expect(status(call({ methods: ["GET"] }, { method: "GET", text: "" }))).toBe(202);
  expect(status(call({ maxBytes: 5 }))).toBe(413);
});

it("who is to hear the result waits for it, within bounds", () => {
  expect(call({ answer: "result", answerWithinSeconds: 5 }).waitMs).toBe(5_000);
  expect(webhookReceived.config?.safeParse({ answerWithinSeconds: 600 }).success).toBe(false);
  expect(webhookReceived.config?.safeParse({ check: { kind: "hmac", header: "no header" } }).success).toBe(
    false,
  );
});
