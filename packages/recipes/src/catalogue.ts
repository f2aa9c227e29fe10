import type { AnyAction, AnyTrigger, Connector, Use } from "@greenroom/connector-kit";
import { recipeConnector } from "./recipe-connector.ts";
import type { Recipe } from "./recipe-schema.ts";
import type { Step } from "./step-types.ts";

/** What starts a recipe. */
interface Listener {
  readonly eventName: string;
  /** Absent where every event is wanted. */
  readonly filter?: (payload: Readonly<Record<string, unknown>>, known?: unknown) => boolean;
  readonly listener: {
    readonly use: string;
    readonly connection: string | undefined;
    /** The trigger's settings as its schema reads them. */
    readonly config: unknown;
    /** Whether what it hears is for this recipe alone: it looks for itself, or has an address. */
    readonly own: boolean;
    /** What the filter must know beside the event. */
    readonly needs: { readonly knowledge: string; readonly of: readonly string[] } | undefined;
  };
}

/** What recipes may use: the connectors of an installation. */
export interface Catalogue {
  readonly connectors: ReadonlyMap<string, Connector>;
  action(use: string): AnyAction | undefined;
  trigger(use: string): AnyTrigger | undefined;
  /** The connection a step uses: its own, or the trigger's where the connector is the same. */
  connectionOf(recipe: Recipe, step: { use: string; connection?: string | undefined }): string | undefined;
  /** The names of all connections that a recipe uses. */
  connectionsOf(recipe: Recipe): readonly string[];
  /** What a recipe uses a connection for. */
  usesOf(recipe: Recipe, connection: string): readonly Use[];
  /** The name of the event that the recipe listens to. */
  eventOf(recipe: Recipe): string;
  /** The event that it listens to, and whether its trigger's own settings want one of that payload. */
  listenerOf(recipe: Recipe): Listener;
}

function split(use: string): readonly [connectorId: string, name: string] {
  const [connectorId = "", name = ""] = use.split("/");
  return [connectorId, name];
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Makes the catalogue of some connectors. */
export function createCatalogue(list: readonly Connector[]): Catalogue {
  const connectors = new Map([recipeConnector, ...list].map((connector) => [connector.id, connector]));

  function connectionOf(
    recipe: Recipe,
    { use, connection }: { use: string; connection?: string | undefined },
  ): string | undefined {
    const [connectorId] = split(use);
    if (!connectors.get(connectorId)?.connections) return undefined;
    if (connection !== undefined) return connection;
    return split(recipe.trigger.use)[0] === connectorId ? recipe.trigger.connection : undefined;
  }

  return {
    connectors,
    action: (use) => own(connectors.get(split(use)[0])?.actions, split(use)[1]),
    trigger: (use) => own(connectors.get(split(use)[0])?.triggers, split(use)[1]),
    connectionOf,
    connectionsOf(recipe) {
      const names = new Set<string>();
      const add = (name: string | undefined) => name !== undefined && names.add(name);
      add(connectionOf(recipe, recipe.trigger));
      for (const step of usersIn(recipe)) add(connectionOf(recipe, step));
      return [...names];
    },
    usesOf(recipe, connection) {
      const found = (
        kind: Use["kind"],
        step: { use: string; connection?: string | undefined; input?: unknown },
      ) =>
        connectionOf(recipe, step) === connection
          ? [{ kind, id: split(step.use)[1], input: step.input, usedBy: recipe.name }]
          : [];
      const inSteps = [...usersIn(recipe)].flatMap((user) => found(user.kind, user));
      return [...found("trigger", recipe.trigger), ...inSteps];
    },
    listenerOf(recipe) {
      const eventName = this.eventOf(recipe);
      const trigger = this.trigger(recipe.trigger.use);
      const { config: schema, matches } = trigger ?? {};
      const config: unknown = schema?.parse(recipe.trigger.input ?? {});
      const listener = {
        ...{ use: recipe.trigger.use, connection: connectionOf(recipe, recipe.trigger), config },
        own: trigger?.kind === "polling" || trigger?.kind === "hook",
        needs: trigger?.needs?.(config),
      };
      return {
        ...{ eventName, listener },
        ...(matches && { filter: (payload, known) => matches(config, payload, known) }),
      };
    },
    eventOf(recipe) {
      const trigger = this.trigger(recipe.trigger.use);
      if (!trigger) return "";
      if (typeof trigger.event === "string") return trigger.event;
      return trigger.event(trigger.config?.parse(recipe.trigger.input ?? {}));
    },
  };
}

/** What the steps use: actions, and the triggers whose events they wait for. */
function* usersIn(recipe: Recipe): Generator<{
  readonly kind: Use["kind"];
  readonly use: string;
  readonly connection?: string | undefined;
  readonly input?: unknown;
}> {
  for (const step of allSteps(recipe.steps)) {
    if (step.disabled) continue;
    if ("use" in step) yield { kind: "action", ...step };
    else if ("wait" in step && typeof step.wait === "object" && "event" in step.wait)
      yield { kind: "trigger", ...step.wait.event };
  }
}

/** Every step of a list, nested ones included, in the order of the text; nothing inside of disabled ones. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (step.disabled) continue;
    for (const { steps: inner } of branchesOf(step)) yield* allSteps(inner);
  }
}

/** A list of steps inside a step. */
interface Branch {
  /** What a page calls it. */
  readonly name: string;
  /** Its place in the text. */
  readonly place: string;
  /** Its place in the paths of jobs, with `n` for a number that only the job knows. */
  readonly path: string;
  readonly steps: readonly Step[];
}

/** The lists of steps inside a step. */
export function branchesOf(step: Step): readonly Branch[] {
  if ("forEach" in step) return [{ name: "each", place: "steps", path: "[n]", steps: step.steps }];
  if ("while" in step) return [{ name: "each", place: "steps", path: ".while[n]", steps: step.steps }];
  if ("parallel" in step) {
    return step.parallel.map(({ name, steps }, index) => ({
      ...{
        name: name ?? `branch ${index + 1}`,
        place: `parallel[${index}].steps`,
        path: `.branch.${index}`,
        steps,
      },
    }));
  }
  if ("try" in step) {
    const handler = step.catch && { name: "catch", place: "catch", path: ".catch", steps: step.catch };
    return [{ name: "try", place: "try", path: ".try[n]", steps: step.try }, ...(handler ? [handler] : [])];
  }
  if (!("if" in step)) return [];
  return [
    { name: "then", place: "then", path: ".then", steps: step.then },
    ...(step.elsif ?? []).map((branch, index) => ({
      name: `else if ${String(branch.if)}`,
      place: `elsif[${index}].then`,
      path: `.elsif.${index}`,
      steps: branch.then,
    })),
    ...(step.else ? [{ name: "else", place: "else", path: ".else", steps: step.else }] : []),
  ];
}
