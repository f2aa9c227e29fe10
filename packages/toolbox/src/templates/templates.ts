/** The connector `templates`: longer texts, such as a message with a line for each answer of a poll. */
import { ConnectorError, defineAction, defineConnector } from "@greenroom/connector-kit";
import { z } from "zod";
import { renderTemplate, TemplateError } from "./render-template.ts";

const renderMessage = defineAction({
  title: "Render message",
  summary: "Writes a text by a Liquid template, with loops and conditions. Nothing leaves the server.",
  endpoint: "POST /messages",
  scopes: [],
  effect: "read",
  verbatim: ["template"],
  input: z
    .strictObject({
      template: z
        .string()
        .max(100_000)
        .optional()
        .describe("A Liquid template, such as Hi {{ name }}{% for question in questions %} … {% endfor %}"),
      stored: z
        .string()
        .max(100_000)
        .optional()
        .describe("Instead: a template that is kept elsewhere, such as {{ properties.thankYou }}"),
      data: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("What the template's names stand for; these may be {{ expressions }}"),
      escape: z.enum(["none", "html"]).default("none").describe("html makes what is put in safe for HTML"),
    })
    .refine(({ template, stored }) => (template === undefined) !== (stored === undefined), {
      path: ["template"],
      message: "must be there, or stored instead of it",
    }),
  output: z.object({ text: z.string() }),
  run: async ({ input: { template, stored, data, escape } }) => {
    try {
      return { text: renderTemplate(template ?? stored ?? "", data, { escape }) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new ConnectorError(
        "invalid-input",
        "template",
        `The template cannot be rendered: ${error.message}.`,
        {
          fields: [{ field: "template", message: error.message }],
          hint: "Correct the template, or give what it names in data.",
          cause: error,
        },
      );
    }
  },
});

/** The connector `templates`. */
export const templates = defineConnector({
  id: "templates",
  title: "Templates",
  summary: "Longer texts by Liquid templates.",
  actions: { "render-message": renderMessage },
  triggers: {},
  createClient: () => ({
    request: () => Promise.reject(new Error("templates send nothing")),
    send: () => Promise.reject(new Error("templates send nothing")),
  }),
});
