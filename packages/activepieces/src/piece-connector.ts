/** A piece of Activepieces as a connector. */
import { createHash } from "node:crypto";
import {
  type AnyAction,
  carryingClients,
  type Connector,
  defineAction,
  defineConnector,
  type Effect,
  type FileRef,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { authValue, connectionKinds } from "./piece-auth.ts";
import type { PieceQuestion } from "./piece-calls.ts";
import type { PieceDescription } from "./piece-description.ts";
import { fileName, type SaveFile, withBytes, withReferences } from "./piece-files.ts";
import type { PieceProcesses } from "./piece-process.ts";
import { inputSchema, plainText } from "./piece-schema.ts";
import type { PieceStore } from "./piece-store.ts";
import { named, pieceTriggers } from "./piece-triggers.ts";

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
    triggers: pieceTriggers(parts, (client) => credentials.in(client)()),
    createClient: ({ profile, kind, accessToken }) =>
      credentials.of(async () => await authValue(description, { id, kind, profile, accessToken })),
  });
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
