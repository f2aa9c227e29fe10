import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAction } from "./action.ts";
import type { CallOptions, Client } from "./client.ts";
import { ConnectorError } from "./connector-error.ts";
import { inputJsonSchema } from "./json-schema.ts";
import { expectAnswer, lookUpAction, runAction } from "./run-action.ts";

const action = defineAction({
  title: "Make thing",
  summary: "Makes a thing.",
  endpoint: "POST /boxes/{boxId}/things",
  scopes: [],
  effect: "create",
  input: z.strictObject({
    boxId: z.union([z.int(), z.string()]),
    topic: z.string().optional(),
    options: z.looseObject({ loud: z.boolean().optional() }).optional(),
    parts: z.array(z.strictObject({ name: z.string() })).optional(),
  }),
  output: z.looseObject({ id: z.number() }),
  run: async ({ call, input: { boxId, ...body } }) =>
    expectAnswer(z.looseObject({ id: z.number() }), await call({ path: { boxId }, body })),
  lookUp: async ({ input, since }) => (input.topic === "made" ? { id: since.getTime() } : undefined),
});

function run(input: unknown, answer: unknown = { id: 1 }) {
  const sent: { method: string; path: string; options: CallOptions | undefined }[] = [];
  const client: Client = {
    async request(method, path, options) {
      sent.push({ method, path, options });
      return answer;
    },
    send: () => Promise.reject(new Error("not used")),
  };
  return { sent, result: runAction(action, { client, input, idempotencyKey: "job:1" }), client };
}

const failure = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
};

describe("running an action", () => {
  it("calls its declared endpoint and loses nothing falsy", async () => {
    const { sent, result } = run({ boxId: 0, topic: "", options: { loud: false } });
    await expect(result).resolves.toEqual({ id: 1 });
    expect(sent[0]).toMatchObject({
      method: "POST",
      path: "/boxes/{boxId}/things",
      options: { path: { boxId: 0 }, body: { topic: "", options: { loud: false } }, idempotent: false },
    });
  });

  it("refuses an unknown field before anything is sent, and names the one that was meant", async () => {
    const { sent, result } = run({ boxId: 1, topci: "x" });
    const error = await failure(result);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error.message).toBe("Make thing: topci: is not a field here (did you mean “topic”?).");
    expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field: "topci" }] });
    expect(sent).toEqual([]);
  });

  it("names the place of a misspelt field inside a list", async () => {
    const error = await failure(run({ boxId: 1, parts: [{ name: "a" }, { name: "b", nmae: "c" }] }).result);
    expect(error.fields).toEqual([
      { field: "parts[1].nmae", message: "is not a field here (did you mean “name”?)" },
    ]);
  });

  it("says what it expected where a field is missing or of the wrong kind", async () => {
    expect((await failure(run({ topic: 7 }).result)).fields).toEqual([
      { field: "boxId", message: "is required" },
      { field: "topic", message: "expected string, received number" },
    ]);
  });

  it("keeps fields of the answer that it does not know", async () => {
    await expect(run({ boxId: 1 }, { id: 2, newer: true }).result).resolves.toEqual({ id: 2, newer: true });
  });

  it("says where an answer has another shape", async () => {
    const error = await failure(run({ boxId: 1 }, { id: "two" }).result);
    expect(error).toMatchObject({ kind: "unexpected-response", fields: [{ field: "id" }] });
  });
});

describe("looking up", () => {
  const since = new Date(5);
  it("finds what an earlier attempt made, or nothing", async () => {
    const { client } = run({ boxId: 1 });
    const context = { client, idempotencyKey: "k", since };
    await expect(lookUpAction(action, { ...context, input: { boxId: 1, topic: "made" } })).resolves.toEqual({
      id: 5,
    });
    await expect(lookUpAction(action, { ...context, input: { boxId: 1 } })).resolves.toBeUndefined();
  });
});

it("describes an action's input as JSON Schema that forbids other fields", () => {
  expect(inputJsonSchema(action)).toMatchObject({
    type: "object",
    required: ["boxId"],
    additionalProperties: false,
  });
});
