/** What Zoom's reference pages tell beyond the connector's declarations: privileges, rate labels, refusals. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyTrigger, Secret } from "@greenroom/connector-kit";
import { decodeZoomError, zoom } from "@greenroom/zoom";
import { refusalsOf } from "../zoom-specs/zoom-specs.ts";
import type { ConnectorNotes } from "./connector-pages.ts";
import { type Example, exampleRecipe } from "../zoom-examples/example.ts";
import { kindRecipes, triggerRecipes } from "../zoom-examples/page-recipes.ts";
import { cell, code } from "./markdown.ts";
import { kindNotes } from "./zoom-kind-notes.ts";

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
  ofAction: (id, { endpoint }) =>
    id === "custom-action" ? [] : ofOperation(endpoint, "a job that must wait for its turn says so"),
  ofTrigger: (trigger) =>
    trigger.kind === "polling"
      ? trigger.endpoint === undefined
        ? []
        : ofOperation(trigger.endpoint, "a look that must wait for its turn comes later")
      : trigger.kind === "hook"
        ? []
        : deliveries(trigger),
  ofKind: (kind) => kindNotes(kind),
};

function ofOperation(endpoint: string, wait: string): string[] {
  const privilege = zoom.known?.privilegeOf(endpoint);
  const label = labels.get(endpoint);
  return [
    ...(privilege === undefined ? [] : [`- Privilege, for what is other people's: ${privilege}`]),
    ...(label === undefined ? [] : [`- Rate label: ${label}; ${wait}`]),
    ...refusals(endpoint),
  ];
}

/** Why an event does not come, as the receiver says it, and what to do. */
function deliveries({ event }: Extract<AnyTrigger, { kind?: "event" }>): string[] {
  const now = new Date("2026-01-15T10:00:00Z");
  const answer = (headers: Record<string, string>) =>
    zoom.webhook?.({
      ...{ profile: { webhook_secret_token: new Secret("x") }, headers: new Headers(headers) },
      ...{ body: new Uint8Array(), now },
    });
  const late = String(now.getTime() / 1_000 - 3_600);
  const signed = `v0=${createHmac("sha256", "x").update(`v0:${late}:`).digest("hex")}`;
  const wrong = answer({ "x-zm-request-timestamp": late, "x-zm-signature": "v0=0" });
  const old = answer({ "x-zm-request-timestamp": late, "x-zm-signature": signed });
  const named = typeof event === "string" ? code(event) : "the event";
  return [
    "- Privilege: none",
    "- Rate label: none; events are not counted",
    "",
    "## Errors",
    "",
    "| what is seen | what to do |",
    "| --- | --- |",
    `| Nothing comes | Let the app's event subscription name ${named}, give the app one of the scopes, and connect again. |`,
    `| ${wrong?.status}, ${wrong?.refused} | Enter the app's present secret token in the app profile. |`,
    `| ${old?.status}, ${old?.refused} | Set the server's clock. |`,
    "| The recipe stopped, as its connection was lost | Connect again: it starts, and takes what the inbox kept. |",
  ];
}

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
