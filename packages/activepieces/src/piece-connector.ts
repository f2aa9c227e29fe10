/** A piece of Activepieces as a connector. */
import { createHash } from "node:crypto";
import {
  type AnyAction,
  type AnyTrigger,
  carryingClients,
  type Connector,
  ConnectorError,
  defineAction,
  defineConnector,
  definePollingTrigger,
  type Effect,
  type FileRef,
  type Look,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { authValue, connectionKinds } from "./piece-auth.ts";
import type { PieceQuestion, TriggerOutcome } from "./piece-calls.ts";
import type { PieceDescription } from "./piece-description.ts";
import { fileName, type SaveFile, withBytes, withReferences } from "./piece-files.ts";
import type { PieceProcesses } from "./piece-process.ts";
import { inputSchema, plainText } from "./piece-schema.ts";
import type { PieceStore } from "./piece-store.ts";

/** What a piece's connector is made of. */
export interface PieceParts {
  readonly id: string;
  readonly description: PieceDescription;
  readonly processes: PieceProcesses;
  readonly store: PieceStore;
  readonly saveFile: SaveFile;
  readonly fetch: typeof globalThis.fetch;
}

const credentials = carryingClients<() => Promise<unknown>>("a piece");

/** Makes the connector. */
export function pieceConnector(parts: PieceParts): Connector {
  const { id, description, processes, fetch } = parts;
  const kinds = connectionKinds(description, {
    ...{ id, fetch },
    validate: async (client, authIndex) =>
      await processes.run({
        call: { do: "validate", auth: await credentials.in(client)(), authIndex },
        ...{ reads: true, answer: () => Promise.resolve(null) },
      }),
  });
  return defineConnector({
    ...{ id, title: description.displayName },
    summary: plainText(description.description) || `The piece ${description.displayName} of Activepieces.`,
    ...(kinds.length > 0 && {
      connections: kinds,
      connectionOptional: description.auth.every(({ required }) => !required),
    }),
    actions: named(description.actions, (name, action) => actionOf(parts, name, action)),
    triggers: named(
      Object.fromEntries(Object.entries(description.triggers).filter(([, { type }]) => type === "POLLING")),
      (name, trigger) => pollingOf(parts, name, trigger),
    ),
    createClient: ({ profile, kind, accessToken }) =>
      credentials.of(async () => await authValue(description, { id, kind, profile, accessToken })),
  });
}

/** `Find Customer` and `find_customer` are `find-customer` here. */
function named<T, R>(all: Readonly<Record<string, T>>, make: (name: string, one: T) => R): Record<string, R> {
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

/** Newer pieces say what an action does; of older ones its name does. */
function effectOf(name: string, classification: string | null | undefined): Effect {
  if (classification === "READ" || classification === "SEARCH") return "read";
  if (classification === "DESTRUCTIVE") return "delete";
  if (classification !== null && classification !== undefined) return "create";
  if (/^(get|list|find|search|read|retrieve|fetch|count|lookup)[_\s-]/i.test(name)) return "read";
  return "create";
}

function actionOf(
  parts: PieceParts,
  name: string,
  { displayName, description, props, classification }: PieceDescription["actions"][string],
): AnyAction {
  const effect = effectOf(name, classification);
  return defineAction({
    ...{
      title: displayName,
      summary: plainText(description) || displayName,
      effect,
      idempotent: effect === "read",
    },
    endpoint: `POST /${name.replaceAll(/\s/g, "-")}`,
    scopes: [],
    input: inputSchema(props),
    output: z.unknown(),
    async run({ client, input, idempotencyKey, openFile, signal }) {
      const written = new Map<string, FileRef>();
      const given = (await withBytes(input, openFile, signal)) as Record<string, unknown>;
      const output = await parts.processes.run({
        call: {
          do: "action",
          name,
          auth: await credentials.in(client)(),
          input: given,
          runId: idempotencyKey.split(":")[0] ?? idempotencyKey,
        },
        reads: effect === "read",
        answer: (question) => answer(parts, question, idempotencyKey, written),
        signal,
      });
      return withReferences(output, written);
    },
  });
}

async function answer(
  { id, store, saveFile }: PieceParts,
  question: PieceQuestion,
  key: string,
  written: Map<string, FileRef>,
): Promise<unknown> {
  switch (question.ask) {
    case "store.get":
      return await store.get(question.key);
    case "store.put":
      return await store.put(question.key, question.value);
    case "store.delete":
      return await store.delete(question.key);
    case "file": {
      const place = createHash("sha256").update(`${key} ${written.size}`).digest("hex").slice(0, 16);
      const path = `pieces/${id}/${place}/${fileName(question.name)}`;
      const ref = await saveFile({ path, bytes: question.bytes, key });
      // Pieces hand files on as a text.
      written.set(ref.url, ref);
      return ref.url;
    }
  }
}

const kept = z.object({ store: z.record(z.string(), z.unknown()) });
const usualMs = 5 * 60_000;

function pollingOf(
  { processes }: PieceParts,
  name: string,
  { displayName, description, props, sampleData }: PieceDescription["triggers"][string],
): AnyTrigger {
  const sample = z.record(z.string(), z.unknown()).catch({}).parse(sampleData);
  return definePollingTrigger({
    ...{ title: displayName, summary: plainText(description) || displayName, scopes: [], everyMs: usualMs },
    event: name,
    config: inputSchema(props),
    payload: z.looseObject({}),
    sample,
    async poll({ client, cursor, config, now, signal }: Look) {
      const before = cursor === undefined ? undefined : kept.parse(cursor).store;
      const outcome = (await processes.run({
        call: {
          ...{
            do: "trigger",
            name,
            auth: await credentials.in(client)(),
            input: (config ?? {}) as Record<string, unknown>,
          },
          // The first look takes note of what is there; what comes later is found.
          ...{
            hook: before === undefined ? "onEnable" : "run",
            store: before ?? {},
            payload: {},
            webhookUrl: "",
          },
        },
        ...{
          reads: true,
          signal,
          answer: () =>
            Promise.reject(new ConnectorError("invalid-input", "piece.files", "A trigger makes no files.")),
        },
      })) as TriggerOutcome;
      // The same look again, after a crash, finds the same; what is found later is another event, even if it looks alike.
      const since = createHash("sha256")
        .update(JSON.stringify(before ?? {}))
        .digest("hex");
      const events = outcome.items.map((item, index) => ({
        dedupeKey: createHash("sha256")
          .update(`${name} ${since} ${JSON.stringify(item)} ${countBefore(outcome.items, index)}`)
          .digest("hex"),
        occurredAt: now,
        payload:
          typeof item === "object" && item !== null && !Array.isArray(item)
            ? (item as Record<string, unknown>)
            : { value: item },
      }));
      return { events, cursor: { store: outcome.store }, more: false };
    },
  });
}

/** How many of those before it are the same. */
function countBefore(items: readonly unknown[], index: number): number {
  const text = JSON.stringify(items[index]);
  return items.slice(0, index).filter((one) => JSON.stringify(one) === text).length;
}
