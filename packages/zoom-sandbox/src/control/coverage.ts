/** Which of Zoom's operations are emulated: as JSON for programs, as a page for people. */
import { html } from "hono/html";
import { operations } from "../operations/operations.ts";
import { page } from "../portal/layout.ts";
import type { Sandbox } from "../sandbox.ts";

/** One operation and how far it goes. */
interface CoveredOperation {
  readonly operation: string;
  readonly product: string;
  readonly tag: string;
  /** `stateful`: it does what Zoom's does. `known`: token, scopes and limits are checked, then it answers 501. */
  readonly emulation: "stateful" | "known";
}

/** Every operation of Zoom's, in the order of its documents. */
function coverageOf(emulated: readonly string[]): CoveredOperation[] {
  const stateful = new Set(emulated);
  return [...operations().values()].map(({ name, product, tag }) => ({
    ...{ operation: name, product, tag },
    emulation: stateful.has(name) ? "stateful" : "known",
  }));
}

/** `GET /_sandbox/coverage`: JSON, or a page for a browser. */
export function coverage({ app, api }: Pick<Sandbox, "app" | "api">): void {
  app.get("/_sandbox/coverage", (c) => {
    const list = coverageOf(api.emulated());
    if (c.req.header("accept")?.includes("text/html") === true) return c.html(coveragePage(list));
    const stateful = list.filter(({ emulation }) => emulation === "stateful").length;
    return c.json({ total: list.length, stateful, known: list.length - stateful, operations: list });
  });
}

function coveragePage(list: readonly CoveredOperation[]): ReturnType<typeof page> {
  const tags = [...Map.groupBy(list, ({ product, tag }) => `${product} / ${tag}`)].map(([name, rows]) => ({
    ...{ name, rows },
    stateful: rows.filter(({ emulation }) => emulation === "stateful").length,
  }));
  const stateful = tags.reduce((sum, tag) => sum + tag.stateful, 0);
  return page({
    title: "Coverage",
    here: "/_sandbox",
    body: html`<section class="card">
      <h1>Coverage</h1>
      <p>${stateful} of Zoom's ${list.length} operations are stateful. The others check token, scopes and limits, and answer 501.</p>
      ${tags
        .toSorted((a, b) => b.stateful - a.stateful)
        .map(
          ({ name, rows, stateful: done }) => html`<details>
            <summary>${name}: ${done} of ${rows.length}</summary>
            <ul>${rows.map(({ operation, emulation }) => html`<li><code>${operation}</code> ${emulation}</li>`)}</ul>
          </details>`,
        )}
    </section>`,
  });
}
