/** Workato's operations and what does them here. */
import type { Catalogue } from "../catalogue.ts";
import { type Json, kebabCase, objectOf, plainWord, textOf, without } from "./workato-json.ts";

/** The operations of one provider by internal name: each of their objects, and the action or trigger that does it. */
export type WorkatoOperations = Readonly<
  Record<string, { readonly title: string; readonly objects: Readonly<Record<string, string>> }>
>;

/** The operations of providers whose connectors are here. */
export type WorkatoAliases = Readonly<Record<string, WorkatoOperations>>;

/** Workato's own providers. */
export const builtInOperations: Readonly<
  Record<string, { readonly use: string; readonly fields?: Readonly<Record<string, string>> }>
> = {
  "logger/log_message": { use: "logger/log-message" },
  "clock/scheduled_event": { use: "schedule/cron" },
  "clock/every_day": { use: "schedule/cron" },
  "workato_webhooks/new_event": { use: "http/webhook-received" },
  "workato_api_platform/receive_request": { use: "http/webhook-received" },
  "email/send_mail": { use: "email/send-email", fields: { body: "html" } },
  "smtp/send_mail": { use: "email/send-email", fields: { body: "html" } },
  "rest/make_request_v2": { use: "http/send-request", fields: { verb: "method", path: "url" } },
  "http/make_request": { use: "http/send-request", fields: { verb: "method", path: "url" } },
  "workato_recipe_function/execute": { use: "recipe/called" },
  "workato_genie/start_workflow": { use: "recipe/called" },
};

/** What a step uses here. */
export interface FoundOperation {
  readonly use: string;
  /** The step's input without what chose the object. */
  readonly input: Json;
  /** What chose the object. */
  readonly chosen: Json;
  /** The fields with another name here, by their name there. */
  readonly fields: Readonly<Record<string, string>>;
  /** What could not be decided; the step is disabled then. */
  readonly doubt: string | undefined;
}

/** Finds what does a step's operation here. */
export function findOperation(step: Json, aliases: WorkatoAliases, catalogue: Catalogue): FoundOperation {
  const [provider, name] = [textOf(step.provider), textOf(step.name)];
  const input = objectOf(step.input);
  const known = Object.hasOwn(aliases, provider) ? aliases[provider]?.[name] : undefined;
  if (known) return chooseObject(known, step, input, catalogue);
  const own = builtInOperations[`${provider}/${name}`];
  if (own) {
    const there = catalogue.action(own.use) ?? catalogue.trigger(own.use);
    const doubt = there || own.use === "recipe/called" ? undefined : `This installation has no ${own.use}.`;
    return { use: own.use, input, chosen: {}, fields: own.fields ?? {}, doubt };
  }
  const use = `${kebabCase(provider)}/${kebabCase(name)}`;
  const there = catalogue.action(use) ?? catalogue.trigger(use);
  const doubt = there ? undefined : `There is no connector for “${provider}” with the operation “${name}”.`;
  return { use, input, chosen: {}, fields: {}, doubt };
}

/** Which object an operation is about: what was picked in its first fields says so. */
function chooseObject(
  { title, objects }: WorkatoOperations[string],
  step: Json,
  input: Json,
  catalogue: Catalogue,
): FoundOperation {
  const entries = Object.entries(objects);
  const picked = [
    ...Object.entries(objectOf(step.dynamicPickListSelection)),
    ...Object.entries(input).filter(([, value]) => typeof value === "string" && !/^=|#\{/.test(value)),
  ].map(([key, value]) => [key, plainWord(textOf(value))] as const);
  const found = (use: string, keys: readonly string[], doubt?: string): FoundOperation => ({
    use,
    input: without(input, keys),
    chosen: Object.fromEntries(Object.entries(input).filter(([key]) => keys.includes(key))),
    fields: {},
    doubt,
  });
  const [only] = entries;
  if (entries.length === 1 && only) {
    const event = eventTrigger(
      only[1],
      picked.map(([, word]) => word),
      catalogue,
    );
    if (event !== undefined)
      return found(
        event,
        picked.map(([key]) => key),
      );
    const named = catalogue.trigger(only[1])?.config && eventName(input);
    return named === undefined
      ? found(only[1], [])
      : { ...found(only[1], Object.keys(input)), input: { event: named } };
  }
  for (const isSame of [
    (a: string, b: string) => a === b,
    (a: string, b: string) => b.length > 3 && a.endsWith(b),
  ]) {
    for (const [object, use] of entries) {
      const choice = picked.find(([, word]) => word !== "" && isSame(plainWord(object), word));
      if (choice) return found(use, [choice[0]]);
    }
  }
  const first = only?.[1] ?? "unknown/unknown";
  return found(
    first,
    [],
    `${title} is about one of: ${entries.map(([object]) => object).join(", ")}. Which one it was cannot be told.`,
  );
}

/** The trigger of an event whose name was picked in two parts: `meeting` and `started`, or `meeting.started`. */
function eventTrigger(use: string, words: readonly string[], catalogue: Catalogue): string | undefined {
  const [connector = ""] = use.split("/");
  if (!catalogue.trigger(use)?.config) return undefined;
  const candidates = new Set(words.flatMap((word) => [word, ...words.map((other) => other + word)]));
  const triggers = Object.keys(catalogue.connectors.get(connector)?.triggers ?? {});
  const match = triggers.find((id) => candidates.has(plainWord(id)));
  return match === undefined ? undefined : `${connector}/${match}`;
}

/** The name of an event that has no trigger of its own: `phone.caller_ended`, or `phone` and `caller_ended`. */
function eventName(input: Json): string | undefined {
  const texts = Object.values(input)
    .map(textOf)
    .filter((text) => /^[\w. -]+$/.test(text));
  const whole = texts.find((text) => text.includes(".")) ?? texts.join(".");
  return whole === "" ? undefined : whole.toLowerCase().replaceAll(/[ -]+/g, "_");
}
