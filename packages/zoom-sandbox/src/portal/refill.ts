/**
 * Puts what somebody entered back into the form that was refused. It is done to the page's text, here once, and not by the
 * forms themselves: so it holds for every form there is and will be, and none must be told what was typed. The pages are
 * our own: the attributes of their tags are escaped, so that no `>` stands in one, and every field has its name and value in
 * double quotes. What does not fit gets a page of its own (`admin.ts`), so that at worst what was entered must be typed again.
 */
import { escapeToBuffer } from "hono/utils/html";

/** A form that was sent and is shown again: where it went, what it said, and what there is to say about it. */
export interface SentForm {
  /** The path it was posted to, with its query. */
  readonly action: string;
  /** The page it stood on. The form carries it on, as a browser names the refusal's address when it is sent again. */
  readonly page: string;
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** Why it is refused, and by which field where it is known; or what was done, when nothing is wrong. */
  readonly says:
    | { readonly problem: string; readonly field?: string | undefined }
    | { readonly notice: string };
}

const FORM = /<form\b[^>]*>.*?<\/form>/gs;
const FIELD =
  /<(input)\b([^>]*)>|<(textarea)\b([^>]*)>(.*?)<\/textarea>|<(select)\b([^>]*)>(.*?)<\/select>/gs;

/** The page with the form filled in as it was sent and what there is to say on top; nothing when the page has no such form. */
export function refilled(page: string, sent: SentForm): string | undefined {
  const [found] = [...page.matchAll(FORM)]
    .filter(([form]) => goesTo(form, sent.action))
    .toSorted((one, other) => fitting(other[0], sent) - fitting(one[0], sent));
  if (!found) return undefined;
  const before = page
    .slice(0, found.index)
    .replace(/<details class="card">(?=<summary>[^<]*<\/summary>$)/, '<details class="card" open>');
  const after = page.slice(found.index + found[0].length);
  const said = saying(sent.says);
  return (before + carrying(filled(found[0], sent), sent.page) + after).replace(
    /<main [^>]*>/,
    (main) => main + said,
  );
}

function saying(says: SentForm["says"]): string {
  return "problem" in says
    ? `<p class="problem" role="alert" id="problem">${escaped(says.problem)}</p>`
    : `<p class="notice" role="status">${escaped(says.notice)}</p>`;
}

/** The name of the field with the page that a form stands on. */
export const PAGE_FIELD = "_page";

function carrying(form: string, page: string): string {
  const field = `<input type="hidden" name="${PAGE_FIELD}" value="${escaped(page)}" />`;
  return form.replace(/^<form\b[^>]*>/, (tag) => tag + field);
}

function goesTo(form: string, action: string): boolean {
  return form.includes(`action="${escaped(action)}"`);
}

/** Two forms may go to one place: the one that has more of the names is meant. */
function fitting(form: string, { entries }: SentForm): number {
  return entries.filter(([name]) => form.includes(`name="${escaped(name)}"`)).length;
}

function filled(form: string, { entries, says }: SentForm): string {
  const field = "problem" in says ? says.field : undefined;
  const valuesOf = (tag: string): string[] | undefined => {
    const name = attribute(tag, "name");
    if (name === undefined) return undefined;
    return entries.flatMap(([given, value]) => (escaped(given) === name ? [escaped(value)] : []));
  };
  const marked = (tag: string): string =>
    field !== undefined && attribute(tag, "name") === escaped(field)
      ? `${tag} aria-invalid="true" aria-describedby="problem" `
      : tag;
  const entered = form.replace(FIELD, (all, ...groups: (string | undefined)[]) => {
    const [input, inputTag = "", textarea, areaTag = "", , select, selectTag = "", options = ""] = groups;
    const tag = input ? inputTag : textarea ? areaTag : selectTag;
    const values = valuesOf(tag);
    if (values === undefined) return all;
    if (select)
      return `<select${marked(tag)}>${options.replace(/<option\b([^>]*)>/g, (_, option: string) => chosen("option", option, "selected", values))}</select>`;
    const last = values.at(-1);
    if (textarea) return last === undefined ? all : `<textarea${marked(tag)}>${last}</textarea>`;
    switch (attribute(tag, "type")) {
      case "hidden":
      case "file":
        return all;
      case "checkbox":
      case "radio":
        return chosen("input", marked(tag), "checked", values);
      default:
        return last === undefined
          ? all
          : `<input${marked(
              tag
                .replace(/ value="[^"]*"/, "")
                .replace(/\/$/, "")
                .trimEnd(),
            )} value="${last}" />`;
    }
  });
  // What is ticked is seen.
  return entered.replace(/<details >(?=(?:(?!<\/details>).)* checked>)/gs, "<details open>");
}

function chosen(name: string, tag: string, word: "checked" | "selected", values: readonly string[]): string {
  const bare = tag
    .replace(new RegExp(`\\s${word}(?=[\\s/]|$)`), "")
    .replace(/\/$/, "")
    .trimEnd();
  const is = values.includes(attribute(tag, "value") ?? "on");
  return `<${name}${bare}${is ? ` ${word}` : ""}>`;
}

/** As it is written, escaped. */
function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function escaped(text: string): string {
  const written: [string] = [""];
  escapeToBuffer(text, written);
  return written[0];
}
