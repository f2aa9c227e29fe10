const VERBS: Readonly<Record<string, string>> = {
  read: "View",
  write: "Create",
  update: "Change",
  delete: "Delete",
};
const REACH: Readonly<Record<string, string>> = {
  admin: ", in the whole account",
  master: ", in the account and its sub-accounts",
};

const spaced = (text: string): string => text.replaceAll("_", " ");

/** What a scope lets an app do, in words; classic scopes such as `meeting:write:admin` and granular ones. */
export function scopeWords(scope: string): string {
  const [product = "", action = "", ...rest] = scope.split(":");
  const reach = REACH[rest.at(-1) ?? ""];
  const resource = (reach === undefined ? rest : rest.slice(0, -1)).join(" ");
  const verb = resource === "" && action === "write" ? "View and change" : VERBS[action];
  if (verb === undefined) return spaced([product, action, ...rest].filter(Boolean).join(", "));
  const what =
    resource === "" ? `${spaced(product)} things` : spaced(resource).replace(/^list /, "lists of ");
  return `${verb} ${what}${reach ?? ""}`;
}

/** Scopes by the product they begin with, in order of the alphabet. */
export function byProduct(scopes: readonly string[]): [product: string, scopes: string[]][] {
  const groups = Object.groupBy(scopes.toSorted(), (scope) => scope.split(":", 1)[0] ?? "");
  return Object.entries(groups).map(([product, list = []]) => [spaced(product), list]);
}
