/** One action called by somebody from outside of a recipe: within their limits, approved where that is asked, remembered. */
import { randomUUID } from "node:crypto";
import {
  type AnyAction,
  type Connector,
  ConnectorError,
  type Effect,
  runAction,
} from "@greenroom/connector-kit";
import { type Approval, type Engine, includesRole, roleIn } from "@greenroom/engine";
import { calledTrigger } from "@greenroom/recipes";
import { z } from "zod";
import { bounded } from "../access/audit.ts";
import type { Principal } from "../access/principal.ts";
import { callRecipe } from "./recipe-calls.ts";

/** What is called. */
export interface ActionCall {
  readonly connector: Connector;
  readonly action: AnyAction;
  /** `zoom/create-meeting` */
  readonly use: string;
  readonly connection: string | undefined;
  readonly input: unknown;
}

/** What came of it. */
export type CallResult = { readonly output: unknown } | { readonly waitsFor: Approval };

type RecipeInput = Readonly<Record<string, unknown>>;

/** Calls actions for somebody. */
export interface ActionCalls {
  /** The effects that somebody's calls may have: reading alone, unless their key says more. */
  effectsOf(principal: Principal): readonly Effect[];
  /** The connections of a connector that somebody may use. */
  connectionsOf(principal: Principal, connector: Connector): Promise<readonly string[]>;
  find(use: string): { connector: Connector; action: AnyAction } | undefined;
  /** @throws {ConnectorError} */
  call(principal: Principal, client: string, call: ActionCall): Promise<CallResult>;
  /** Runs a recipe that is there to be called, within the same limits. @throws {ConnectorError} */
  callRecipe(principal: Principal, client: string, recipeId: string, input: RecipeInput): Promise<CallResult>;
  /** Does what a person has allowed. */
  approve(id: string, person: Principal, client: string): Promise<Approval>;
}

const all: readonly Effect[] = ["read", "create", "update", "delete"];
const defaultCallsPerMinute = 120;
const minuteMs = 60_000;
const recipePrefix = "recipe/";
type Wish = Parameters<Engine["access"]["approvals"]["ask"]>[0];

/** Makes the calls. */
export function createActionCalls(engine: Engine): ActionCalls {
  const { access, connectors, connections } = engine;
  const effectsOf = ({ kind, permission, limits }: Principal): readonly Effect[] => {
    if (!includesRole(permission.role, "operator")) return [];
    return kind === "key" ? (limits?.effects ?? ["read"]) : all;
  };

  async function connectionsOf({ limits }: Principal, connector: Connector): Promise<readonly string[]> {
    const usable = (await connections.list()).filter(
      ({ connector: of, state }) => of === connector.id && state === "connected",
    );
    const names = usable.map(({ name }) => name);
    return limits?.connections ? names.filter((name) => limits.connections?.includes(name)) : names;
  }

  function find(use: string) {
    const [connectorId = "", name = ""] = use.split("/");
    const connector = connectors.get(connectorId);
    const action = connector && Object.hasOwn(connector.actions, name) ? connector.actions[name] : undefined;
    return connector && action && { connector, action };
  }

  async function mustBeAllowed(
    principal: Principal,
    { connector, action, connection, input }: ActionCall,
  ): Promise<Effect> {
    const effect = action.effectOf?.(input) ?? action.effect;
    const effects = effectsOf(principal);
    if (!effects.includes(effect)) {
      const may = effects.length === 0 ? "nothing" : effects.join(", ");
      throw new ConnectorError("forbidden", "not-allowed", `You may ${may}, and this would ${effect}.`, {
        hint: "Ask an admin for an API key that allows this effect.",
      });
    }
    const needed = connector.connections !== undefined && connector.connectionOptional !== true;
    const names = await connectionsOf(principal, connector);
    if (connection === undefined ? needed : !names.includes(connection)) {
      const message = `connection: must be one of ${names.map((name) => `“${name}”`).join(", ") || "none: there is no connection you may use"}.`;
      throw new ConnectorError("invalid-input", "invalid-input", message, {
        fields: [{ field: "connection", message }],
      });
    }
    return effect;
  }

  async function mustNotBeTooMany({ kind, id, limits }: Principal): Promise<void> {
    if (kind !== "key" || id === undefined) return;
    const most = limits?.callsPerMinute ?? defaultCallsPerMinute;
    const { count, endsAt } = await access.throttle.count(`calls of ${id}`, minuteMs);
    if (count <= most) return;
    throw new ConnectorError("rate-limited", "too-many-calls", `This key may call ${most} times a minute.`, {
      retryAt: endsAt,
      hint: `Try again at ${endsAt.toISOString()}.`,
    });
  }

  async function run({ connector, action, connection, input }: ActionCall): Promise<unknown> {
    const client = await connections.client(connector, connection);
    return await runAction(action, { client, input, connection, idempotencyKey: `call:${randomUUID()}` });
  }

  async function remember(
    { kind, id, name }: Principal,
    ipAddress: string,
    action: string,
    { use, connection, input }: Pick<ActionCall, "use" | "connection" | "input">,
    outcome: string,
  ): Promise<void> {
    await access.audit.write({
      ...{ actor: { kind, id, name }, ipAddress, action },
      subject: { type: "actions", id: use, name: connection ?? use },
      after: bounded({ input, outcome }),
    });
  }

  /** Whose key was taken away since, or made less, has nothing done for them. */
  async function mustStillMay(keyId: string, effect: Effect | undefined, connection: string | undefined) {
    const key = await access.keys.stillKnown(keyId);
    const may = (list: readonly string[] | undefined, one: string | undefined) =>
      list === undefined || one === undefined || list.includes(one);
    if (
      key &&
      includesRole(roleIn(key.permission, undefined), "operator") &&
      may(key.effects, effect) &&
      may(key.connections, connection)
    )
      return;
    throw new ConnectorError("conflict", "asker-gone", "Whoever asked for this may not do it any more.", {
      hint: "Their key was removed or has expired, or they were given less. Decline it.",
    });
  }

  const waits = ({ limits }: Principal, effect: Effect): effect is Exclude<Effect, "read"> =>
    limits?.needsApproval.some((one) => one === effect) ?? false;

  async function ask({ id, name }: Principal, wish: Omit<Wish, "keyId" | "keyName">) {
    if (id === undefined) throw new Error("only keys have limits");
    return { waitsFor: await access.approvals.ask({ keyId: id, keyName: name, ...wish }) };
  }

  /** What is done once a person allows it. @throws {ConnectorError} when it is not there any more */
  async function approved(
    person: Principal,
    client: string,
    { use, connection, input }: Pick<ActionCall, "use" | "connection" | "input">,
  ): Promise<() => Promise<unknown>> {
    const gone = (what: string) =>
      new ConnectorError("not-found", "not-found", `There is no ${what} any more.`);
    if (use.startsWith(recipePrefix)) {
      const name = use.slice(recipePrefix.length);
      const recipe = (await engine.recipes.list()).find((one) => one.name === name);
      if (recipe?.trigger !== calledTrigger) throw gone(`recipe “${name}” that can be called`);
      const given = z.record(z.string(), z.unknown()).parse(input);
      return () => callRecipe(engine, person, client, recipe.id, given);
    }
    const found = find(use);
    if (!found) throw gone(`action “${use}”`);
    return () => run({ ...found, use, connection, input });
  }

  async function withAudit<T>(
    principal: Principal,
    client: string,
    what: string,
    call: Pick<ActionCall, "use" | "connection" | "input">,
    work: () => Promise<T>,
    outcomeOf: (result: T) => string,
  ): Promise<T> {
    try {
      const result = await work();
      await remember(principal, client, what, call, outcomeOf(result));
      return result;
    } catch (error) {
      await remember(principal, client, what, call, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  return {
    ...{ effectsOf, connectionsOf, find },
    async call(principal, client, call) {
      return await withAudit<CallResult>(
        principal,
        client,
        "called an action",
        call,
        async () => {
          await mustNotBeTooMany(principal);
          const effect = await mustBeAllowed(principal, call);
          const { use, connection, input } = call;
          if (!waits(principal, effect)) return { output: await run(call) };
          // What could not be done is told now, not after somebody has allowed it.
          mustBeValid(call);
          return await ask(principal, { use, effect, connection, input: input ?? {} });
        },
        (result) => ("waitsFor" in result ? `waits for approval ${result.waitsFor.id}` : "done"),
      );
    },

    async callRecipe(principal, client, recipeId, input) {
      await mustNotBeTooMany(principal);
      if (!waits(principal, "create"))
        return { output: await callRecipe(engine, principal, client, recipeId, input) };
      const { name } = await engine.recipes.get(recipeId);
      const call = { use: `${recipePrefix}${name}`, connection: undefined, input };
      const asked = await ask(principal, { ...call, effect: "create" });
      await remember(principal, client, "called a recipe", call, `waits for approval ${asked.waitsFor.id}`);
      return asked;
    },

    async approve(id, person, client) {
      const { use, effect, connection, input, keyId } = await access.approvals.get(id);
      await mustStillMay(keyId, effect, connection);
      const work = await approved(person, client, { use, connection, input });
      return await access.approvals.approve(id, person.email ?? person.name, () =>
        withAudit(person, client, "approved an action", { use, connection, input }, work, () => "done"),
      );
    },
  };
}

function mustBeValid({ action, input }: ActionCall): void {
  const schema: z.ZodType = action.input;
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) throw parsed.error;
}
