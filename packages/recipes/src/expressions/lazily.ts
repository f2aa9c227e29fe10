import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** A package loaded when it is first needed: most recipes need none of these, and a server should start at once. */
export function lazily<T>(name: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= require(name) as T);
}
