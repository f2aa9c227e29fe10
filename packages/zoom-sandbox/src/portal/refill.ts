/**
 * Puts what somebody entered back into the form that was refused. The pages are our own: the attributes of their tags are
 * escaped, so that no `>` stands in one, and every field has its name and value in double quotes.
 */
import { escapeToBuffer } from "hono/utils/html";

/** A refused form: where it went, what it said, and what was wrong. */
export interface RefusedForm {
  /** The path it was posted to, with its query. */
  readonly action: string;
  /** The page it stood on. The form carries it on, as a browser names the refusal's address when it is sent again. */
  readonly page: string;
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly problem: string;
  /** The name of the field that is wrong, where it is known. */
  readonly field?: string | undefined;
}

const FORM = /<form\b[^>]*>.*?<\/form>/gs;
const FIELD =
  /<(input)\b([^>]*)>|<(textarea)\b([^>]*)>(.*?)<\/textarea>|<(select)\b([^>]*)>(.*?)<\/select>/gs;

/** The page with the form filled in as it was sent and the problem on top; nothing when the page has no such form. */
export function refilled(page: string, refused: RefusedForm): string | undefined {
  const [found] = [...page.matchAll(FORM)]
    .filter(([form]) => goesTo(form, refused.action))
    .toSorted((one, other) => fitting(other[0], refused) - fitting(one[0], refused));
  if (!found) return undefined;
  const before = page
    .slice(0, found.index)
    .replace(/<details class="card">(?=<summary>[^<]*<\/summary>$)/, '<details class="card" open>');
  const after = page.slice(found.index + found[0].length);
  const problem = `<p class="problem" role="alert" id="problem">${escaped(refused.problem)}</p>`;
  return (before + carrying(filled(found[0], refused), refused.page) + after).replace(
    /<main [^>]*>/,
    (main) => main + problem,
  );
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
function fitting(form: string, { entries }: RefusedForm): number {
  return entries.filter(([name]) => form.includes(`name="${escaped(name)}"`)).length;
}

function filled(form: string, { entries, field }: RefusedForm): string {
  const valuesOf = (tag: string): string[] | undefined => {
    const name = attribute(tag, "name");
    if (name === undefined) return undefined;
    return entries.flatMap(([given, value]) => (escaped(given) === name ? [escaped(value)] : []));
  };
  const marked = (tag: string): string =>
    field !== undefined && attribute(tag, "name") === escaped(field)
      ? `${tag} aria-invalid="true" aria-describedby="problem" `
      : tag;
  return form.replace(FIELD, (all, ...groups: (string | undefined)[]) => {
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
      case "password":
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
