/** The one form that all recipes share: fields in one order, one style, comments kept. */
import type { JsonSchema } from "@greenroom/connector-kit";
import {
  Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
} from "yaml";
import { fieldsOf, formsInside } from "./forms.ts";
import { readYaml } from "./read-yaml.ts";
import { type Recipe, recipeJsonSchema } from "./recipe-schema.ts";

const style = { lineWidth: 110, aliasDuplicateObjects: false, flowCollectionPadding: true } as const;

let made: JsonSchema | undefined;

/** Made once: it takes longer than formatting. */
function formOfRecipes(): JsonSchema {
  made ??= recipeJsonSchema();
  return made;
}

/** A recipe as YAML. */
export function formatRecipe(recipe: Recipe): string {
  return formatDocument(new Document(recipe, { aliasDuplicateObjects: false }), formOfRecipes());
}

/** A recipe's text in the common form, with its comments; undefined when it is no YAML. */
export function formatSource(source: string): string | undefined {
  return formatYaml(source, formOfRecipes());
}

/** YAML in the common form, its fields in the order of a schema; undefined when it is no YAML. */
export function formatYaml(source: string, schema: JsonSchema): string | undefined {
  if ("problems" in readYaml(source)) return undefined;
  return formatDocument(parseDocument(source, { schema: "core", resolveKnownTags: false }), schema);
}

function formatDocument(document: Document, schema: JsonSchema): string {
  // What stands above the first field is about the whole, whichever field will be first.
  const heading = takeHeading(document.contents);
  arrange(document.contents, formsInside([schema], schema), schema);
  const first = firstKey(document.contents);
  if (first && heading !== undefined) {
    first.commentBefore = [heading, first.commentBefore].filter((text) => text != null).join("\n");
  }
  return document.toString(style);
}

function firstKey(node: unknown): Scalar | undefined {
  const [first] = isMap(node) ? node.items : [];
  return isScalar(first?.key) ? first.key : undefined;
}

function takeHeading(node: unknown): string | undefined {
  const first = firstKey(node);
  const heading = first?.commentBefore ?? undefined;
  if (first) first.commentBefore = undefined;
  return heading;
}

/** Puts fields into the order of the forms that they may have, and undoes what was only a way of writing. */
function arrange(node: unknown, forms: readonly JsonSchema[], root: JsonSchema): void {
  if (isScalar(node)) {
    // A text over several lines stays as it was broken.
    if (node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED") delete node.type;
    return;
  }
  if (!isCollection(node)) return;
  // What stands in one line may stay there: it was written so because it is short.
  if (node.items.length === 0) node.flow = true;
  if (isSeq(node)) {
    const inside = formsInside(forms, root, 0);
    for (const item of node.items) {
      if (isNode(item)) item.spaceBefore = false;
      arrange(item, inside, root);
      const heading = takeHeading(item);
      if (isMap(item) && heading !== undefined)
        item.commentBefore = [item.commentBefore, heading].filter((text) => text != null).join("\n");
    }
  } else if (isMap(node)) {
    const keyOf = (item: unknown) => (isPair(item) && isScalar(item.key) ? String(item.key.value) : "");
    const order = fieldsOf(forms, node.items.map(keyOf));
    // What an import kept is read by nobody: it goes last.
    const place = (item: unknown) =>
      keyOf(item) === "workato"
        ? Number.MAX_SAFE_INTEGER
        : (order.indexOf(keyOf(item)) + order.length + 1) % (order.length + 1);
    node.items.sort((a, b) => place(a) - place(b));
    for (const item of node.items) arrange(item.value, formsInside(forms, root, keyOf(item)), root);
  }
}
