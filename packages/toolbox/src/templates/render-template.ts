/** Liquid templates, rendered within bounds: no files, no network, no time without end. */
import { Liquid, LiquidError } from "liquidjs";

const common = {
  // Templates of other templates' names are looked up here and nowhere else: there are none.
  templates: {},
  ownPropertyOnly: true,
  strictFilters: true,
  // A misspelt name is told; `{% if name %}` may ask for what is not there.
  strictVariables: true,
  lenientIf: true,
  parseLimit: 100_000,
  renderLimit: 1_000,
  memoryLimit: 5_000_000,
} as const;

/** What it writes is not counted by the library; expressions may make as much. */
const longestText = 5_000_000;

const plain = new Liquid(common);
const html = new Liquid({ ...common, outputEscape: "escape" });

/** Renders a template; with `escape: "html"` what it puts in is escaped, unless its `raw` filter says otherwise. @throws {TemplateError} */
export function renderTemplate(
  template: string,
  data: Readonly<Record<string, unknown>>,
  { escape = "none" }: { readonly escape?: "html" | "none" } = {},
): string {
  try {
    const rendered: unknown = (escape === "html" ? html : plain).parseAndRenderSync(template, { ...data });
    const text = String(rendered);
    if (text.length > longestText)
      throw new TemplateError(`it makes a text of more than ${longestText} characters`);
    return text;
  } catch (error) {
    if (error instanceof LiquidError)
      throw new TemplateError(
        error.message
          .replace(/^Maximum call stack.*?(?=, line|$)/, "it is nested too deeply")
          .replace(/^Invalid string length/, `it makes a text of more than ${longestText} characters`),
      );
    // Templates nested without end exhaust the stack.
    if (error instanceof RangeError) throw new TemplateError("it is nested too deeply");
    throw error;
  }
}

/** Why a template cannot be rendered, with its line where that is known. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  constructor(message: string) {
    // Its second line and on are an excerpt of the template.
    super(message.replace(/, file:\S+?(?=,|$)/, "").replace(/\s*\n[\s\S]*$/, ""));
  }
}
