/** What Zoom's reference pages tell beyond the connector's declarations: privileges, rate labels, refusals. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyAction } from "@greenroom/connector-kit";
import { decodeZoomError, zoom } from "@greenroom/zoom";
import { refusalsOf } from "../zoom-specs/zoom-specs.ts";
import type { ConnectorNotes } from "./connector-pages.ts";
import { type Example, exampleRecipe } from "../zoom-examples/example.ts";
import { kindRecipes, triggerRecipes } from "../zoom-examples/page-recipes.ts";
import { cell, code } from "./markdown.ts";

const examples = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../packages/zoom/examples.gen.json"), "utf8"),
) as Record<string, Example>;

const labels = new Map((zoom.known?.operations() ?? []).map(({ name, label }) => [name, label]));

/** The notes. */
export const zoomNotes: ConnectorNotes = {
  recipes: Object.fromEntries(
    Object.entries(examples).map(([id, example]) => [
      id,
      exampleRecipe(zoom.actions[id]?.title ?? id, example),
    ]),
  ),
  ...{ triggerRecipes, kindRecipes },
  about: [
    `${Object.keys(zoom.actions).length} actions and ${Object.keys(zoom.triggers).length} triggers. What has no action of its own is called by`,
    "[`custom-action`](actions/custom-action.md), any of Zoom's 535 events is heard by [`new-event`](triggers/new-event.md).",
    "",
    "A list reads all its pages up to `limit` (1,000 when it is not said); with `page_size` or `next_page_token` it reads the",
    "one page. Scopes without `:admin` reach only the person who connected. Filters stand in the trigger's `input.filters`.",
    "The app's event subscription at Zoom must name the event of a trigger.",
  ],
  ofAction(id: string, action: AnyAction) {
    if (id === "custom-action") return [];
    const privilege = zoom.known?.privilegeOf(action.endpoint);
    const label = labels.get(action.endpoint);
    return [
      ...(privilege === undefined ? [] : [`- Privilege, for what is other people's: ${privilege}`]),
      ...(label === undefined ? [] : [`- Rate label: ${label}; a job that must wait for its turn says so`]),
      ...refusals(action.endpoint),
    ];
  },
};

/** What Zoom's documented refusals of an operation become, and what to do. */
function refusals(endpoint: string): string[] {
  const all = refusalsOf(endpoint);
  if (all.length === 0) return [];
  const [method = "", path = ""] = endpoint.split(" ");
  return [
    "",
    "## Errors",
    "",
    "| Zoom answers | kind | what to do |",
    "| --- | --- | --- |",
    ...all.map((refusal) => {
      const [status = "", number = ""] = refusal.split("/");
      const body = /^\d+$/.test(number) ? { code: Number(number), message: "" } : undefined;
      const { kind, hint } = decodeZoomError(
        { status: Number(status), headers: new Headers(), body },
        { method, path },
      );
      return `| ${status}${body ? `, code ${number}` : ""} | ${code(kind)} | ${cell(hint ?? "")} |`;
    }),
  ];
}
