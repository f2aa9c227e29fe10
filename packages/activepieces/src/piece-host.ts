/**
 * The process that a piece runs in: it loads the piece, does one call after the other, and asks Greenroom for what a
 * piece may need beside. It has no environment, and reads no files but the piece's own (Node's permission model).
 */
import { createRequire } from "node:module";
import { BlockList } from "node:net";
import { extname, join } from "node:path";
import { guardSockets } from "./socket-guard.ts";
import type {
  FromPiece,
  PieceCall,
  PieceFailure,
  PieceQuestion,
  ToPiece,
  TriggerOutcome,
} from "./piece-calls.ts";

type AnyFunction = (...given: unknown[]) => unknown;
/** A piece is other people's JavaScript: what it holds is known when it runs. */
// oxlint-disable-next-line typescript/no-explicit-any
type Anything = any;
type Bag = Record<string, Anything>;

let piece: Bag | undefined;
let questions = 0;
const waiting = new Map<number, { done(value: unknown): void; failed(error: Error): void }>();

process.on("message", (message: ToPiece) => {
  if (message.type === "start") void start(message);
  else if (message.type === "answer") {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.failed === undefined) asked?.done(message.value);
    else asked?.failed(new Error(message.failed));
  } else void run(message.call);
});
// Greenroom is gone.
process.on("disconnect", () => process.exit(0));
// What a piece forgot to wait for must not end the call that runs.
process.on("unhandledRejection", () => undefined);

function tell(message: FromPiece): void {
  process.send?.(message);
}

async function start({
  piece: folder,
  policyModule,
  allowPrivateNetworks,
}: Extract<ToPiece, { type: "start" }>): Promise<void> {
  try {
    const { addressRefusal } = (await import(
      policyModule
    )) as typeof import("@greenroom/connector-kit/address-policy");
    const allowed = networksOf(allowPrivateNetworks);
    guardSockets((address) => addressRefusal(address, { allowPrivateNetworks: allowed }));
    piece = pieceIn(createRequire(join(folder, "package.json"))(folder) as Bag);
    tell({ type: "ready" });
  } catch (error) {
    tell({ type: "failed", failure: failureOf(error) });
  }
}

function networksOf(
  allowed: Extract<ToPiece, { type: "start" }>["allowPrivateNetworks"],
): boolean | BlockList {
  if (typeof allowed === "boolean") return allowed;
  const list = new BlockList();
  list.fromJSON([...allowed]);
  return list;
}

/** A package exports its piece beside other things. */
function pieceIn(exported: Bag): Bag {
  const candidates = [exported, exported?.["default"], ...Object.values(exported ?? {})];
  const found = candidates.find(
    (one) => typeof one?.actions === "function" && typeof one?.triggers === "function",
  );
  if (!found) throw new Error("the package exports no piece of Activepieces");
  return found;
}

async function run(call: PieceCall): Promise<void> {
  try {
    tell({ type: "done", value: plain(await performed(call)) });
  } catch (error) {
    tell({ type: "failed", failure: failureOf(error) });
  }
}

async function performed(call: PieceCall): Promise<unknown> {
  if (!piece) throw new Error("no piece is loaded");
  if (call.do === "describe") return description(piece);
  if (call.do === "validate") {
    const validate = authsOf(piece)[call.authIndex]?.["validate"] as AnyFunction | undefined;
    return (await validate?.({ auth: call.auth, server })) ?? { valid: true };
  }
  if (call.do === "action") {
    const action = (piece["actions"]() as Bag)[call.name];
    if (!action) throw new Error(`the piece has no action ${call.name}`);
    return await action.run(actionContext(call));
  }
  return await triggered(call);
}

/** Addresses of an Activepieces server, which there is none of. */
const server = {
  apiUrl: "http://activepieces.invalid/v1/",
  publicUrl: "http://activepieces.invalid/",
  token: "",
};
const flow = {
  current: { id: "greenroom", version: { id: "greenroom" } },
  list: async () => ({ data: [], next: null, previous: null }),
};

function noSuch(what: string): AnyFunction {
  return () => {
    throw new Error(`${what} is a matter of Activepieces' own server, which Greenroom is not`);
  };
}

function baseContext(auth: unknown, input: Readonly<Record<string, unknown>>) {
  return {
    ...{ auth, propsValue: withFiles(input), server, serverUrl: server.publicUrl, flows: flow },
    ...{ project: { id: "greenroom", externalId: async () => undefined }, step: { name: "step" } },
    connections: { get: async () => null },
    files: {
      write: async ({ fileName, data }: { fileName: string; data: Uint8Array }) =>
        await ask({ ask: "file", name: fileName, bytes: data }),
    },
  };
}

function actionContext({ auth, input, runId }: Extract<PieceCall, { do: "action" }>) {
  const keyOf = (key: string, scope: unknown) =>
    `${scope === "RUN" ? `run ${runId}` : scope === "FLOW" ? "flow" : "project"} ${key}`;
  return {
    ...baseContext(auth, input),
    executionType: "BEGIN",
    store: {
      get: async (key: string, scope: unknown) => await ask({ ask: "store.get", key: keyOf(key, scope) }),
      async put(key: string, value: unknown, scope: unknown) {
        await ask({ ask: "store.put", key: keyOf(key, scope), value: plain(value) });
        return value;
      },
      delete: async (key: string, scope: unknown) =>
        void (await ask({ ask: "store.delete", key: keyOf(key, scope) })),
    },
    tags: { add: async () => undefined },
    output: { update: async () => undefined },
    run: {
      ...{ id: runId, isTest: false },
      stop: noSuch("To stop the flow"),
      pause: noSuch("To pause the flow"),
      respond: noSuch("To answer a webhook"),
      createWaitpoint: noSuch("To wait for a call"),
      waitForWaitpoint: noSuch("To wait for a call"),
    },
    generateResumeUrl: noSuch("An address to go on by"),
    agent: { tools: noSuch("An agent's tools") },
  };
}

async function triggered({
  name,
  hook,
  auth,
  input,
  store: kept,
  payload,
  webhookUrl,
}: Extract<PieceCall, { do: "trigger" }>): Promise<TriggerOutcome> {
  const trigger = (piece?.["triggers"]?.() as Bag | undefined)?.[name];
  if (!trigger) throw new Error(`the piece has no trigger ${name}`);
  const held = new Map<string, unknown>(Object.entries(kept));
  let schedule: TriggerOutcome["schedule"];
  const context = {
    ...baseContext(auth, input),
    ...{ payload, webhookUrl },
    store: {
      get: async (key: string) => held.get(key) ?? null,
      async put(key: string, value: unknown) {
        held.set(key, value);
        return value;
      },
      delete: async (key: string) => void held.delete(key),
    },
    setSchedule: (wanted: NonNullable<TriggerOutcome["schedule"]>) => {
      schedule = wanted;
    },
    app: { createListeners: noSuch("To listen to an app") },
  };
  const given: unknown = await trigger[hook]?.(context);
  const items = hook === "run" && Array.isArray(given) ? given : [];
  return {
    items,
    store: Object.fromEntries(held),
    schedule,
    answer: hook === "onHandshake" ? given : undefined,
  };
}

function ask(question: PieceQuestion): Promise<unknown> {
  questions += 1;
  const id = questions;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    tell({ type: "question", id, question });
  });
}

/** Files as the framework's class has them. */
function withFiles(value: Anything): Anything {
  if (Array.isArray(value)) return value.map(withFiles);
  if (typeof value !== "object" || value === null) return value;
  if (value.greenroomFile === true) {
    const data = Buffer.from(value.bytes as Uint8Array);
    const extension = extname(String(value.name)).slice(1) || undefined;
    return {
      filename: value.name,
      data,
      extension,
      get base64() {
        return data.toString("base64");
      },
    };
  }
  return Object.fromEntries(Object.entries(value as Bag).map(([name, one]) => [name, withFiles(one)]));
}

function authsOf({ auth }: Bag): Bag[] {
  return (Array.isArray(auth) ? auth : [auth]).filter(
    (one) => one !== undefined && one !== null && one.type !== "NONE",
  );
}

function description(one: Bag): unknown {
  const version = Number(one["getContextInfo"]?.()?.version ?? 0);
  const partOf = ({ displayName, description: about, props, requireAuth }: Bag) => ({
    ...{ displayName, description: about, requireAuth },
    props: Object.fromEntries(
      Object.entries((props ?? {}) as Bag).filter(([, prop]) => prop && prop.type !== "MARKDOWN"),
    ),
  });
  return {
    ...{ displayName: one["displayName"], description: one["description"], typedAuth: version >= 1 },
    auth: authsOf(one).map((auth) => ({ ...auth, canValidate: typeof auth["validate"] === "function" })),
    actions: Object.fromEntries(
      Object.entries(one["actions"]() as Bag).map(([name, action]) => [
        name,
        { ...partOf(action), classification: action.classification },
      ]),
    ),
    triggers: Object.fromEntries(
      Object.entries(one["triggers"]() as Bag).map(([name, trigger]) => [
        name,
        {
          ...partOf(trigger),
          type: trigger.type,
          sampleData: trigger.sampleData,
          handshake: trigger.handshakeConfiguration,
        },
      ]),
    ),
  };
}

/** JSON's own values; functions and the like are left out, and what contains itself is there once. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  const above: unknown[] = [];
  const text = JSON.stringify(value, function replaced(this: unknown, _: string, one: unknown) {
    if (typeof one === "bigint") return String(one);
    if (typeof one !== "object" || one === null) return one;
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (above.includes(one)) return undefined;
    above.push(one);
    return one;
  });
  return text === undefined ? null : JSON.parse(text);
}

function failureOf(error: Anything): PieceFailure {
  const response = error?.response;
  const body = response?.body ?? response?.data;
  const said =
    body === undefined ? "" : `: ${(typeof body === "string" ? body : JSON.stringify(body)).slice(0, 300)}`;
  const status = Number(response?.status ?? error?.status ?? error?.statusCode);
  const hasStatus = Number.isInteger(status) && status >= 100;
  const plainMessage =
    error instanceof Error ? error.message : typeof error === "string" ? error : JSON.stringify(error);
  const code = error?.code ?? error?.cause?.code;
  const guard = error?.cause?.code === "ADDRESS_REFUSED" ? error.cause.message : plainMessage;
  return {
    message: hasStatus
      ? `the service answered ${status}${said}`
      : String(guard ?? "it failed and did not say why").slice(0, 1_000),
    status: hasStatus ? status : undefined,
    code: typeof code === "string" ? code : undefined,
  };
}
