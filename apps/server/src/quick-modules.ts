/**
 * Finds modules sooner, at the same places. For every file it loads, Node reads and parses the `package.json` above it anew
 * to learn what kind of file it is; those of some packages list hundreds of exports. What one file of a directory told holds
 * for the others, so it is asked once a directory. This saves two fifths of the time to load the server (docs/adr/0023).
 */
import { registerHooks, type ResolveFnOutput, type ResolveHookContext } from "node:module";

let begun = false;
const directoryOf = (url: string) => url.slice(0, url.lastIndexOf("/") + 1);

/** From now on, until the process ends; a second time changes nothing. */
export function findModulesQuickly(): void {
  if (begun) return;
  begun = true;
  /** Directories whose `.js` files are ECMAScript modules by the word of their package. */
  const modules = new Set<string>();
  const found = new Map<string, ResolveFnOutput>();

  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL, conditions, importAttributes } = context;
      const isPlain = Object.keys(importAttributes ?? {}).length === 0;
      if (!parentURL?.startsWith("file:") || !isPlain || conditions.includes("require"))
        return next(specifier, context);
      const isRelative = /^\.\.?\//.test(specifier);
      if (!isRelative) return resolveName(specifier, context, parentURL, next);
      const url = new URL(specifier, parentURL).href;
      if (url.endsWith(".ts")) return { url, format: "module-typescript", shortCircuit: true };
      if (url.endsWith(".js") && modules.has(directoryOf(url)))
        return { url, format: "module", shortCircuit: true };
      return remembered(next(specifier, context));
    },
  });

  /** A package's name means the same to all files of a directory. */
  function resolveName(
    specifier: string,
    context: ResolveHookContext,
    parentURL: string,
    next: (specifier: string, context: ResolveHookContext) => ResolveFnOutput,
  ): ResolveFnOutput {
    const key = `${specifier} ${directoryOf(parentURL)}`;
    const known = found.get(key) ?? remembered(next(specifier, context));
    found.set(key, known);
    return { ...known, shortCircuit: true };
  }

  function remembered(result: ResolveFnOutput): ResolveFnOutput {
    if (result.format === "module" && result.url.endsWith(".js")) modules.add(directoryOf(result.url));
    return result;
  }
}
