/** What is missing and what is too much, from what is needed and what is held. Pure. */
import type { PermissionFinding, PermissionReport } from "@greenroom/connector-kit";
import { botScope } from "../auth/zoom-chatbot.ts";
import type { ScopeLists } from "../facts/operations.ts";
import { holds, privilegeTitle } from "../facts/privileges.ts";
import type { Need } from "./permission-needs.ts";

/** What the report is made of. */
export interface Permissions {
  /** Whom the connection acts for: one person, the whole account through a role, or the app's own bot. */
  readonly reach: "person" | "account" | "bot";
  readonly needs: readonly Need[];
  /** Privileges wanted beside those of the needs. */
  readonly privileges: readonly string[];
  readonly scopesHeld: readonly string[];
  /** Undefined where they could not be read. */
  readonly privilegesHeld: readonly string[] | undefined;
  /** Scopes that Greenroom itself uses, and that are therefore never too many. */
  readonly ownNeeds: readonly Need[];
  /** Zoom's pages, such as https://zoom.us; undefined where they are elsewhere than Zoom's. */
  readonly site: string | undefined;
}

/** Makes the report, but for what only Zoom can tell. */
export function reportOf(held: Permissions): Omit<PermissionReport, "unknown" | "setUp"> {
  const { reach, needs, ownNeeds } = held;
  const wanted = [...needs, ...ownNeeds.filter(({ usedBy }) => usedBy === required)];
  const privileges = leastPrivileges(held);
  return {
    leastScopes: {
      classic: unique(wanted.flatMap(({ scopes }) => least(scopes.classic, reach))),
      granular: unique(wanted.flatMap(({ scopes }) => least(scopes.granular, reach))),
    },
    leastPrivileges: privileges.map((name) => ({ name, title: privilegeTitle(name) })),
    missing: [...missingScopes(held, wanted), ...missingPrivileges(held, privileges)],
    excess: [...excessScopes(held), ...excessPrivileges(held, privileges)],
  };
}

/** The `usedBy` of what a connection cannot be without. */
export const required = "connecting";

/** Zoom: an :admin scope reaches the account through the role, one without reaches the person's own. */
const isForAccount = (scope: string) => /:(?:admin|master)$/.test(scope);
const fits = (scope: string, reach: Permissions["reach"]) =>
  reach === "bot" ? scope === botScope : scope !== botScope && (reach === "account" || !isForAccount(scope));

/** Whether that is done with a bot's token, and with no other. */
export const isForBot = (scopes: ScopeLists): boolean => all(scopes).includes(botScope);

/** The least of alternatives: of its reach, and reading rather than writing. */
function least(scopes: readonly string[], reach: Permissions["reach"]): string[] {
  const rank = (scope: string) =>
    (scope.endsWith(":master") ? 8 : 0) +
    (isForAccount(scope) === (reach === "account") ? 0 : 4) +
    (/:read\b/.test(scope) ? 0 : 1);
  const [first] = scopes.filter((scope) => fits(scope, reach)).toSorted((a, b) => rank(a) - rank(b));
  return first === undefined ? [] : [first];
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].toSorted();
const all = ({ classic, granular }: ScopeLists) => [...classic, ...granular];

function leastPrivileges({ reach, needs, privileges }: Permissions): string[] {
  if (reach !== "account") return [];
  const named = unique([...privileges, ...needs.flatMap(({ privilege }) => privilege ?? [])]);
  // Edit includes View, unless both are asked for by name.
  return named.filter(
    (name) =>
      privileges.includes(name) || !name.endsWith(":Read") || !named.includes(name.replace(/Read$/, "Edit")),
  );
}

function missingScopes(held: Permissions, wanted: readonly Need[]): PermissionFinding[] {
  const { reach, site } = held;
  const tokens = new Set(held.scopesHeld);
  const found = new Map<string, Need[]>();
  const impossible: Need[] = [];
  for (const need of wanted) {
    const accepted = all(need.scopes);
    if (accepted.length === 0) continue;
    const usable = accepted.filter((scope) => fits(scope, reach));
    const enough = usable.some(
      (scope) =>
        tokens.has(scope) && (need.privilege === undefined || isForAccount(scope) || reach !== "account"),
    );
    if (enough) continue;
    if (usable.length === 0) {
      impossible.push(need);
      continue;
    }
    const key = [...least(need.scopes.granular, reach), ...least(need.scopes.classic, reach)].join(" ");
    found.set(key, [...(found.get(key) ?? []), need]);
  }
  const findings: PermissionFinding[] = [...found].map(([key, needs]) => ({
    ...{ kind: "scope", names: key.split(" "), title: key.split(" ").join(" or ") },
    ...{ blocks: blocksOf(needs), mend: mendScope(key.split(" "), site, "Add Scopes") },
  }));
  const bots = impossible.filter(({ scopes }) => isForBot(scopes));
  const others = impossible.filter(({ scopes }) => !isForBot(scopes));
  if (others.length > 0) {
    const kinds = ["zoom-admin-oauth", "zoom-server-to-server"];
    findings.push(
      otherKind(kinds, "A connection that acts for the whole account", "Zoom, whole account", others),
    );
  }
  if (bots.length > 0)
    findings.push(otherKind(["zoom-chatbot"], "A chatbot's connection", "Zoom, a chatbot", bots));
  return findings;
}

function otherKind(names: readonly string[], title: string, kind: string, needs: readonly Need[]) {
  const clicks = ["New connection", `How to connect: ${kind}`, "Name it in the recipe"];
  const blocks = blocksOf(needs);
  return { kind: "connection-kind", names, title, blocks, mend: { clicks, url: undefined } } as const;
}

function missingPrivileges(held: Permissions, privileges: readonly string[]): PermissionFinding[] {
  if (held.privilegesHeld === undefined) return [];
  const role = new Set(held.privilegesHeld);
  return privileges
    .filter((name) => !holds(role, name))
    .map((name) => ({
      ...{ kind: "privilege", names: [name], title: privilegeTitle(name) },
      blocks: blocksOf(
        held.needs.filter(({ privilege }) => privilege !== undefined && covers(name, privilege)),
      ),
      mend: mendPrivilege(name, held.site, "tick"),
    }));
}

const covers = (held: string, needed: string) => holds(new Set([held]), needed);

function excessScopes({ scopesHeld, needs, ownNeeds, reach, site }: Permissions): PermissionFinding[] {
  const used = new Set(
    [...needs, ...ownNeeds].flatMap(({ scopes }) => all(scopes).filter((scope) => fits(scope, reach))),
  );
  return (
    scopesHeld
      // An app with a bot has that scope for the bot's own connection.
      .filter((scope) => !used.has(scope) && scope !== botScope)
      .map((scope) => ({
        ...{ kind: "scope", names: [scope], title: scope, blocks: [] },
        mend: mendScope([scope], site, "Remove"),
      }))
  );
}

function excessPrivileges({ privilegesHeld = [], reach, site }: Permissions, wanted: readonly string[]) {
  if (reach !== "account") return [];
  return privilegesHeld
    .filter((name) => !wanted.some((needed) => covers(name, needed)) && !everyones.has(name))
    .map((name) => ({
      ...({ kind: "privilege", names: [name], title: privilegeTitle(name), blocks: [] } as const),
      mend: mendPrivilege(name, site, "untick"),
    }));
}

/** Zoom: what the stock role Member has; no role can be without it. */
const everyones: ReadonlySet<string> = new Set(["AccountProfile:Read", "Meeting:Edit", "Meeting:Join"]);

function blocksOf(needs: readonly Need[]): PermissionFinding["blocks"] {
  return [...Map.groupBy(needs, ({ operation }) => operation)].map(([operation, same]) => ({
    ...{ operation, title: unique(same.map(({ title }) => title)).join(", ") },
    usedBy: unique(same.map(({ usedBy }) => usedBy)),
  }));
}

function mendScope(names: readonly string[], site: string | undefined, button: string) {
  const clicks = ["Zoom App Marketplace", "Develop", "Build App or Created Apps", "the app", "Scopes"];
  return {
    clicks: [...clicks, `${button}: ${names.join(" or ")}`, "here: Reconnect"],
    url: site === undefined ? undefined : `${site.replace("://", "://marketplace.")}/user/build`,
  };
}

function mendPrivilege(name: string, site: string | undefined, verb: string) {
  const clicks = ["Zoom", "Admin", "User Management", "Roles", "the API user's role", "Role Settings"];
  return {
    clicks: [...clicks, `${verb} “${privilegeTitle(name)}”`, "Save Changes"],
    url: site === undefined ? undefined : `${site}/role`,
  };
}
