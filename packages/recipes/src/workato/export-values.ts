/** Our inputs as Workato's: texts with datapills, formulas, lists made of other lists. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { parse } from "../expressions/environment.ts";
import { templateParts } from "../expressions/template.ts";
import { celToRuby, pathOf, type PillOf, rubyText } from "./cel-to-ruby.ts";
import { writePill } from "./datapill.ts";
import { Untranslatable } from "./ruby.ts";
import type { Json } from "./workato-json.ts";

/** A value of an input. @throws {Untranslatable} */
export function exportValue(value: unknown, pillOf: PillOf): unknown {
  if (value === null) return "=null";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return exportTemplate(value, pillOf);
  if (Array.isArray(value)) return value.map((item) => exportValue(item, pillOf));
  if (typeof value !== "object") throw new Untranslatable(`Workato has no value of the type ${typeof value}`);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exportValue(inner, pillOf)]));
}

function exportTemplate(template: string, pillOf: PillOf): unknown {
  const parts = templateParts(template, "");
  const [only] = parts;
  if (parts.length === 1 && only?.hole === true) return exportExpression(only.text, pillOf);
  const texts = parts.map((part) => {
    if (!part.hole) return { text: part.text, isFormula: false };
    const node = withoutText(parse(part.text).ast);
    if (node.op === "value" && typeof node.args === "string") return { text: node.args, isFormula: false };
    const path = pathOf(node);
    return path
      ? { text: `#{${writePill(pillOf(path.root, path.path))}}`, isFormula: false }
      : { text: celToRuby(node, pillOf), isFormula: true };
  });
  if (!texts.some(({ isFormula }) => isFormula)) {
    const text = texts.map((each) => each.text).join("");
    return text.startsWith("=") ? `=${rubyText(text)}` : text;
  }
  return `=${parts.map((part) => (part.hole ? `${celToRuby(withoutText(parse(part.text).ast), pillOf)}.to_s` : rubyText(part.text))).join(" + ")}`;
}

/** `x.to_s()` as x: in a text, there a pill without a value is nothing anyway. */
function withoutText(node: ASTNode): ASTNode {
  return node.op === "rcall" && node.args[0] === "to_s" ? node.args[1] : node;
}

/** An expression: a pill by itself, a list made of another, or a formula. @throws {Untranslatable} */
export function exportExpression(text: string, pillOf: PillOf): unknown {
  const { ast } = parse(text);
  const path = pathOf(ast);
  if (path) return `#{${writePill(pillOf(path.root, path.path))}}`;
  if (ast.op === "rcall" && ast.args[0] === "map") return exportMapping(ast, pillOf);
  return `=${celToRuby(ast, pillOf)}`;
}

/** `list.map(item, {…})` as an object with `____source`. */
function exportMapping(node: Extract<ASTNode, { op: "rcall" }>, pillOf: PillOf): Json {
  const [, list, [variable, body]] = node.args;
  const path = pathOf(list);
  if (!path || variable?.op !== "id" || body?.op !== "map") {
    throw new Untranslatable("Workato makes lists only of a datapill's, an object for each item");
  }
  const source = pillOf(path.root, path.path);
  const name = variable.args;
  const inside: PillOf = (root, rest) =>
    root === name ? { ...source, path: [...source.path, { special: "item" }, ...rest] } : pillOf(root, rest);
  const fields = body.args.map(([key, value]) => {
    if (key.op !== "value" || typeof key.args !== "string")
      throw new Untranslatable("A field's name is not written out");
    return [key.args, exportNode(value, inside)] as const;
  });
  return { ____source: `#{${writePill(source)}}`, ...Object.fromEntries(fields) };
}

function exportNode(node: ASTNode, pillOf: PillOf): unknown {
  if (node.op === "value" && typeof node.args === "string") return node.args;
  if (node.op === "value" && node.args === null) return "=null";
  if (node.op === "rcall" && node.args[0] === "map") return exportMapping(node, pillOf);
  if (node.op === "map") {
    return Object.fromEntries(
      node.args.map(([key, value]) => {
        if (key.op !== "value") throw new Untranslatable("A field's name is not written out");
        return [String(key.args), exportNode(value, pillOf)];
      }),
    );
  }
  const path = pathOf(node);
  return path ? `#{${writePill(pillOf(path.root, path.path))}}` : `=${celToRuby(node, pillOf)}`;
}
