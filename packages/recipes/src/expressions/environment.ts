import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { boundEvaluation, childrenOf } from "./bounds.ts";
import { registerFormulas, registerNumbers, registerTimes, replacedFunctions } from "./formulas.ts";
import { SecretText } from "../secret-text.ts";
import { relax } from "./relaxed-nodes.ts";
import { Skipped } from "./skipped.ts";
import { mapOutsideLiterals } from "./literals.ts";

/** CEL keeps the word `loop` for itself, but people's recipes say `loop.index`: inside it has a name of equal length. */
const loopInside = "l00p";

/** The environment of all expressions. */
export const environment = registerTimes(
  registerNumbers(
    registerFormulas(
      new Environment({
        unlistedVariablesAreDyn: true,
        homogeneousAggregateLiterals: false,
        limits: {
          maxAstNodes: 2_000,
          maxDepth: 50,
          maxListElements: 1_000,
          maxMapEntries: 1_000,
          maxCallArguments: 16,
        },
      })
        .registerType("secret", SecretText)
        .registerType("skipped", Skipped),
    ),
  ),
);

const replacements = new Map(Object.entries(replacedFunctions));

/** The names of all functions, ours and CEL's. */
export const functionNames: readonly string[] = [
  ...new Set([...environment.getDefinitions().functions.map(({ name }) => name), ...replacements.keys()]),
].filter((name) => !Object.values(replacedFunctions).includes(name));

/** Words that cannot name a step or an item: CEL's own, and the names of its types. */
export const wordsOfCel: ReadonlySet<string> = new Set([
  "as",
  "break",
  "const",
  "continue",
  "else",
  "false",
  "for",
  "function",
  "if",
  "import",
  "in",
  "let",
  "loop",
  "namespace",
  "null",
  "package",
  "prototype",
  "return",
  "true",
  "var",
  "void",
  "while",
  "__proto__",
  loopInside,
  ...environment.getDefinitions().variables.map(({ name }) => name),
]);

/** Parses an expression, with its loops and growth bounded. @throws {ParseError} */
export function parse(text: string): ParseResult {
  // Not after a dot: there it is the name of a field.
  const parsed = environment.parse(
    mapOutsideLiterals(text, (code) => code.replace(/(?<![\w.]\s*|\.\s*)\bloop\b/g, loopInside)),
  );
  rename(parsed.ast);
  relax(parsed.ast);
  boundEvaluation(parsed.ast);
  return parsed;
}

/** The scope as the parsed expression wants it. */
export function insideScope(scope: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return "loop" in scope ? { ...scope, [loopInside]: scope.loop } : scope;
}

/** The library's text for people: our names for what is called otherwise inside. */
export function outsideText(text: string): string {
  const named = [...replacements].reduce(
    (so, [name, inside]) => so.replaceAll(`${inside}(`, `${name}(`),
    text,
  );
  return named
    .replaceAll(loopInside, "loop")
    .replaceAll("google.protobuf.Timestamp", "time")
    .replaceAll("google.protobuf.Duration", "duration");
}

function rename(node: ASTNode): void {
  if (node.op === "rcall") node.args[0] = replacements.get(node.args[0]) ?? node.args[0];
  for (const child of childrenOf(node)) rename(child);
}
