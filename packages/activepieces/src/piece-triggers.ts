/** A piece's triggers: those that look for themselves, and those that tell their service a recipe's address. */
import { createHash, randomUUID } from "node:crypto";
import {
  type AnyTrigger,
  type Client,
  defineHookTrigger,
  definePollingTrigger,
  type HookAnswer,
  type HookRequest,
  type Look,
} from "@greenroom/connector-kit";
import { z } from "zod";
import type { TriggerOutcome } from "./piece-calls.ts";
import type { PieceDescription } from "./piece-description.ts";
import type { PieceProcesses } from "./piece-process.ts";
import { inputSchema, plainText } from "./piece-schema.ts";

type PieceTrigger = PieceDescription["triggers"][string];
type Hook = "onEnable" | "onDisable" | "onHandshake" | "run";
interface Given {
  readonly client: Client;
  readonly config: unknown;
  readonly store?: Readonly<Record<string, unknown>>;
  readonly payload?: unknown;
  readonly url?: string;
  readonly signal?: AbortSignal;
}

const storeKept = z.object({ store: z.record(z.string(), z.unknown()) });
const usualMs = 5 * 60_000;

/** Makes them. */
export function pieceTriggers(
  { description, processes }: { readonly description: PieceDescription; readonly processes: PieceProcesses },
  authOf: (client: Client) => Promise<unknown>,
): Record<string, AnyTrigger> {
  const { triggers } = description;
  const able = Object.entries(triggers).filter(([, { type }]) => type === "POLLING" || type === "WEBHOOK");
  return named(Object.fromEntries(able), (name, trigger) => {
    const call = async (hook: Hook, { client, config, store = {}, payload = {}, url = "", signal }: Given) =>
      (await processes.run({
        call: {
          ...{ do: "trigger", name, hook, auth: await authOf(client), store, payload, webhookUrl: url },
          input: z.record(z.string(), z.unknown()).catch({}).parse(config),
        },
        ...{ reads: hook !== "onEnable", signal },
        answer: () => Promise.reject(new Error("a trigger makes no files")),
      })) as TriggerOutcome;
    return trigger.type === "POLLING" ? polling(name, trigger, call) : webhook(name, trigger, call);
  });
}

/** `Find Customer` and `find_customer` are `find-customer` here. */
export function named<T, R>(
  all: Readonly<Record<string, T>>,
  make: (name: string, one: T) => R,
): Record<string, R> {
  const made: Record<string, R> = {};
  for (const [name, one] of Object.entries(all)) {
    const plain =
      name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "") || "action";
    let own = plain;
    for (let number = 2; own in made; number += 1) own = `${plain}-${number}`;
    made[own] = make(name, one);
  }
  return made;
}

function common(name: string, { displayName, description, props, sampleData }: PieceTrigger) {
  const sample = z.record(z.string(), z.unknown()).catch({}).parse(sampleData);
  return {
    ...{
      title: displayName,
      summary: plainText(description) || displayName,
      scopes: [],
      event: name,
      sample,
    },
    ...{ config: inputSchema(props), payload: z.looseObject({}) },
  };
}

type Call = (hook: Hook, given: Given) => Promise<TriggerOutcome>;

function polling(name: string, trigger: PieceTrigger, call: Call): AnyTrigger {
  return definePollingTrigger({
    ...common(name, trigger),
    everyMs: usualMs,
    async poll({ client, cursor, config, now, signal }: Look) {
      const before = cursor === undefined ? undefined : storeKept.parse(cursor).store;
      // The first look takes note of what is there; what comes later is found.
      const { items, store } = await call(before ? "run" : "onEnable", {
        client,
        config,
        store: before ?? {},
        signal,
      });
      // The same look again, after a crash, finds the same; what is found later is another event, even if it looks alike.
      const since = sha256(JSON.stringify(before ?? {}));
      const events = items.map((item, index) => ({
        dedupeKey: sha256(`${name} ${since} ${JSON.stringify(item)} ${countBefore(items, index)}`),
        ...{ occurredAt: now, payload: asPayload(item) },
      }));
      return { events, cursor: { store }, more: false };
    },
  });
}

function webhook(name: string, trigger: PieceTrigger, call: Call): AnyTrigger {
  const stateOf = (state: unknown) => storeKept.catch({ store: {} }).parse(state).store;
  return defineHookTrigger({
    ...common(name, trigger),
    receive: () => ({
      status: 503,
      body: { error: "The service was not told this address." },
      refused: "not subscribed",
    }),
    subscription: {
      async subscribe({ client, config, url, signal }) {
        const { store } = await call("onEnable", { client, config, url, signal });
        return { store };
      },
      async unsubscribe({ client, config, url, state, signal }) {
        await call("onDisable", { client, config, url, store: stateOf(state), signal });
      },
      async receive({ client, state, ...request }) {
        const given = { client, config: request.config, store: stateOf(state), payload: payloadOf(request) };
        if (asksWhoWeAre(trigger, request)) return handshakeAnswer((await call("onHandshake", given)).answer);
        const { items } = await call("run", given);
        const [only] = items;
        // Many services try an address with a call that is no event.
        if (items.length === 0) return { status: 200, body: { accepted: true, jobs: 0 } };
        const payload = items.length === 1 ? asPayload(only) : { items };
        return { status: 202, body: { accepted: true }, event: { dedupeKey: deliveryOf(request), payload } };
      },
    },
  });
}

function payloadOf({ method, headers, query, body }: HookRequest) {
  const rawBody = new TextDecoder().decode(body);
  const type = headers.get("content-type") ?? "";
  return {
    ...{ method, headers: Object.fromEntries(headers), queryParams: Object.fromEntries(query), rawBody },
    body: bodyOf(rawBody, type),
  };
}

function bodyOf(text: string, type: string): unknown {
  if (type.includes("x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}

function asksWhoWeAre({ handshake }: PieceTrigger, request: HookRequest): boolean {
  const { strategy, paramName = "" } = handshake ?? {};
  if (strategy === "HEADER_PRESENT") return request.headers.has(paramName);
  if (strategy === "QUERY_PRESENT") return request.query.has(paramName);
  if (strategy !== "BODY_PARAM_PRESENT") return false;
  const { body } = payloadOf(request);
  return typeof body === "object" && body !== null && paramName in body;
}

function handshakeAnswer(said: unknown): HookAnswer {
  const { status, body } = z
    .looseObject({ status: z.int().min(100).max(599).catch(200), body: z.unknown() })
    .catch({ status: 200, body: {} })
    .parse(said);
  return { status, body: body ?? {} };
}

/** Services number what they send, each under a header of its own; without one, every call is another event. */
function deliveryOf({ headers }: HookRequest): string {
  for (const [header, value] of headers)
    if (/(?:^|-)delivery(?:-id)?$|^(?:webhook|svix)-id$/.test(header)) return `${header} ${value}`;
  return randomUUID();
}

function asPayload(item: unknown): Record<string, unknown> {
  return typeof item === "object" && item !== null && !Array.isArray(item)
    ? (item as Record<string, unknown>)
    : { value: item };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** How many of those before it are the same. */
function countBefore(items: readonly unknown[], index: number): number {
  const text = JSON.stringify(items[index]);
  return items.slice(0, index).filter((one) => JSON.stringify(one) === text).length;
}
