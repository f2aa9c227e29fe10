/** A connector's reference: an index, and a page for each action, trigger and way to connect, from its own declarations. */
import {
  type AnyAction,
  type AnyTrigger,
  type Connector,
  type ConnectionKind,
  inputJsonSchema,
  type JsonSchema,
  outputJsonSchema,
} from "@greenroom/connector-kit";
import { stringify } from "yaml";
import { z } from "zod";
import { exampleInput } from "./example-input.ts";
import { cell, code, fieldTable, generated, propertiesOf } from "./markdown.ts";

/** What a connector's pages tell beyond its declarations. */
export interface ConnectorNotes {
  /** Lines that stand on the index, after its title. */
  readonly about: readonly string[];
  /** Lines that stand on an action's page. */
  readonly ofAction?: (id: string, action: AnyAction) => readonly string[];
  /** The same of a trigger, and of a way to connect; a table comes after the fields. */
  readonly ofTrigger?: (trigger: AnyTrigger) => readonly string[];
  readonly ofKind?: (kind: ConnectionKind) => readonly string[];
  /** Whole recipes that run, by action. */
  readonly recipes?: Readonly<Record<string, object>>;
  /** The same of triggers and of ways to connect. */
  readonly triggerRecipes?: Readonly<Record<string, object>>;
  readonly kindRecipes?: Readonly<Record<string, object>>;
  /** Inputs as people write them, by action; without one, what is required is filled in. */
  readonly examples?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The connection that the examples' steps name; the trigger's own where they name none. */
  readonly connection?: string | undefined;
}

/** The pages by path. */
export function connectorPages(connector: Connector, notes: ConnectorNotes): Record<string, () => string> {
  const folder = `docs/reference/${connector.id}`;
  const sorted = <T>(all: Readonly<Record<string, T>>) =>
    Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const actions = sorted(connector.actions);
  const triggers = sorted(connector.triggers);
  const kinds = connector.connections ?? [];
  const page = (path: string, lines: () => readonly string[]) =>
    [`${folder}/${path}.md`, () => [generated, ...lines(), ""].join("\n")] as const;
  return Object.fromEntries([
    page("index", () => indexPage(connector, notes, { actions, triggers, kinds })),
    ...actions.map(([id, action]) => page(`actions/${id}`, () => actionPage(connector, id, action, notes))),
    ...triggers.map(([id, trigger]) =>
      page(`triggers/${id}`, () => triggerPage(connector, id, trigger, notes)),
    ),
    ...kinds.map((kind) => page(`connections/${kind.id}`, () => kindPage(connector, kind, notes))),
  ]);
}

function indexPage(
  { title, summary }: Connector,
  { about }: ConnectorNotes,
  all: {
    readonly actions: readonly (readonly [string, AnyAction])[];
    readonly triggers: readonly (readonly [string, AnyTrigger])[];
    readonly kinds: readonly ConnectionKind[];
  },
): string[] {
  const table = (
    heading: string,
    folder: string,
    rows: readonly { readonly id: string; readonly title: string; readonly summary: string }[],
  ) =>
    rows.length === 0
      ? []
      : [
          `## ${heading}`,
          "",
          "| id | | |",
          "| --- | --- | --- |",
          ...rows.map(
            (row) =>
              `| [${code(row.id)}](${folder}/${row.id}.md) | ${cell(row.title)} | ${cell(row.summary)} |`,
          ),
          "",
        ];
  return [
    `# ${title}`,
    "",
    summary,
    "",
    ...about,
    ...(about.length > 0 ? [""] : []),
    ...table("Ways to connect", "connections", all.kinds),
    ...table(
      "Triggers",
      "triggers",
      all.triggers.map(([id, trigger]) => ({ id, ...titled(trigger) })),
    ),
    ...table(
      "Actions",
      "actions",
      all.actions.map(([id, action]) => ({ id, ...titled(action) })),
    ),
  ];
}

const titled = ({ title, summary }: { readonly title: string; readonly summary: string }) => ({
  title,
  summary,
});

function actionPage(
  connector: Connector,
  id: string,
  action: AnyAction,
  { ofAction, recipes, examples, connection }: ConnectorNotes,
): string[] {
  const input = inputJsonSchema(action);
  const scopes = [...action.scopes];
  const given = examples?.[id] ?? exampleInput(input);
  const step = {
    id: id.split("-").at(-1),
    use: `${connector.id}/${id}`,
    ...(connection !== undefined && { connection }),
    ...(Object.keys(given).length > 0 && { input: given }),
  };
  return [
    `# ${action.title}`,
    "",
    action.summary,
    "",
    `- Step: ${code(`${connector.id}/${id}`)}`,
    ...(scopes.length > 0 ? [`- Operation: ${code(action.endpoint)}`] : []),
    `- Effect: ${action.effectOf ? "by its input" : action.effect}${action.lookUp ? "; after a lost answer it looks for what it made, before it tries again" : ""}`,
    ...(scopes.length > 0 ? [`- Scopes, of which one is enough: ${scopes.map(code).join(", ")}`] : []),
    ...(ofAction?.(id, action) ?? []),
    "",
    ...fieldTable(input, "Input"),
    ...fieldTable(outputJsonSchema(action), "Output"),
    ...exampleRecipe(recipes?.[id], [step]),
  ];
}

function triggerPage(
  connector: Connector,
  id: string,
  trigger: AnyTrigger,
  { triggerRecipes, ofTrigger }: ConnectorNotes,
): string[] {
  const event = "event" in trigger ? (trigger as { event?: unknown }).event : undefined;
  const config: z.ZodType | undefined = trigger.config;
  const schema = (
    config ? z.toJSONSchema(config, { io: "input", unrepresentable: "any" }) : {}
  ) as JsonSchema;
  const { filters, ...own } = propertiesOf(schema);
  const payload: z.ZodType = trigger.payload;
  const scopes = [...trigger.scopes];
  const snippet = {
    trigger: {
      use: `${connector.id}/${id}`,
      ...(connector.connections && !connector.connectionOptional && { connection: connector.id }),
      ...((schema.required ?? []).length > 0 && { input: exampleInput(schema) }),
    },
  };
  return [
    `# ${trigger.title}`,
    "",
    trigger.summary,
    "",
    `- Trigger: ${code(`${connector.id}/${id}`)}`,
    ...(typeof event === "string" ? [`- Event: ${code(event)}`] : []),
    ...listening(connector, trigger),
    ...(scopes.length > 0 ? [`- Scopes, of which one is enough: ${scopes.map(code).join(", ")}`] : []),
    ...(ofTrigger?.(trigger) ?? []),
    "",
    ...fieldTable({ ...schema, properties: own }, "Input"),
    ...(filters ? fieldTable(filters, "Filters (`input.filters`): an event must pass all that are set") : []),
    ...fieldTable(
      z.toJSONSchema(payload, { io: "output", unrepresentable: "any" }),
      "What recipes see as `trigger`",
    ),
    ...exampleRecipe(triggerRecipes?.[id], snippet),
  ];
}

/** A recipe that a test runs, or else what is at hand. */
function exampleRecipe(recipe: object | undefined, snippet: object): string[] {
  return [
    ...["## Example", "", ...(recipe ? ["A test runs this recipe in the sandbox.", ""] : [])],
    ...["```yaml", stringify(recipe ?? snippet).trimEnd(), "```"],
  ];
}

/** How it comes to know. */
function listening(connector: Connector, trigger: AnyTrigger): string[] {
  if (trigger.kind === "hook")
    return [
      "- Heard by the recipe's own address, which its page shows, `/hooks/…`; a refused call is in the inbox, with why",
    ];
  if (trigger.kind === "polling") {
    const reads = trigger.endpoint === undefined ? "" : ` by ${code(trigger.endpoint)}`;
    const every = (trigger.everyMs ?? 5 * 60_000) / 60_000;
    return connector.connections === undefined
      ? ["- Heard by the clock; on several servers each time counts once"]
      : [
          `- Found by looking${reads}, every ${every} minutes; each row once, whatever the server goes through`,
        ];
  }
  const { event } = trigger;
  const reconciler = connector.reconcilers?.find(
    ({ events }) => typeof event === "string" && events.includes(event),
  );
  return reconciler
    ? [
        `- Told by webhook or socket; what neither told is found within ten minutes by ${reconciler.reads.map(code).join(", ")}`,
      ]
    : ["- Told by webhook or socket"];
}

function kindPage(
  connector: Connector,
  kind: ConnectionKind,
  { kindRecipes, ofKind }: ConnectorNotes,
): string[] {
  const fields = "profileFields" in kind ? kind.profileFields : [];
  const recipe = kindRecipes?.[kind.id];
  return [
    `# ${connector.title}: ${kind.title}`,
    "",
    kind.summary,
    "",
    ...(ofKind ? [...ofKind(kind), ""] : []),
    "## What it asks for",
    "",
    "| field | needed | what |",
    "| --- | --- | --- |",
    ...fields.map(
      ({ label, required, hint, type }) =>
        `| ${label} | ${required ? "yes" : ""} | ${cell(hint)}${type === "secret" ? " Kept sealed; it is never shown again." : ""} |`,
    ),
    "",
    "A connection is connected, needs attention (and says why), or is disconnected. Disconnecting it stops the recipes that",
    "use it; connecting it again starts them, and takes the events that came meanwhile.",
    ...(recipe ? ["", ...exampleRecipe(recipe, {})] : []),
  ];
}
