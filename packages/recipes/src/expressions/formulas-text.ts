import { RE2JS } from "re2js";
import { checkTextLength } from "./bounds.ts";
import type { Register } from "./formulas.ts";

const parameterize = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** Every occurrence, as written: no patterns, and `$` means itself. */
function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return text;
  const growth = to.length - from.length;
  if (growth > 0) checkTextLength(text.length + (text.split(from).length - 1) * growth);
  return text.replaceAll(from, () => to);
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

// CEL's patterns are RE2's, in linear time; JavaScript's own can take years over thirty characters.
const patterns = new Map<string, RE2JS>();
const maxPatterns = 200;

function matches(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    try {
      compiled = RE2JS.compile(pattern);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`“${pattern}” is not a pattern: ${reason}`, { cause: error });
    }
    if (patterns.size >= maxPatterns) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** Formulas on text. */
export function registerTextFormulas(on: Register): void {
  on("string.upcase(): string", (text: string) => text.toUpperCase());
  on("string.downcase(): string", (text: string) => text.toLowerCase());
  on("string.capitalize(): string", capitalize);
  on("string.strip(): string", (text: string) => text.trim());
  on("string.parameterize(): string", parameterize);
  on("string.gsub(string, string): string", replaceAll);
  on("string.replace(string, string): string", replaceAll);
  on("string.length(): int", (text: string) => BigInt(Array.from(text).length));
  on("string.matches_(string): bool", matches);
  // Ruby's: as much of a number as the text begins with, else 0.
  on("string.to_i(): int", (text: string) => BigInt(/^\s*([+-]?\d{1,18})/.exec(text)?.[1] ?? 0));
  on("string.to_f(): double", (text: string) => Number.parseFloat(text) || 0);
}
