/** Zoom's 1,786 REST operations: what each needs, from a generated table. */
import { readFileSync } from "node:fs";
import type { RateLabel } from "../sandbox.ts";
import { accountWideTags, privilegeOf } from "./privileges-needed.ts";

/** One operation of Zoom's REST API. */
export interface Operation {
  /** Such as `GET /users/{userId}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly product: string;
  readonly tag: string;
  readonly operationId: string;
  /** Any one of these, classic or granular, lets a token call it. Empty: any token may. */
  readonly scopes: readonly string[];
  readonly granularScopes: readonly string[];
  /** Zoom names no label for 21: they count as Medium here, as most like them. */
  readonly label: RateLabel;
  /** The role privilege an `:admin` scope needs, such as `Meeting:Read`; `Edit` includes `Read`. */
  readonly privilege: string | undefined;
  /** True for what is nobody's own, such as roles: an `:admin` scope without the privilege is worth nothing there. */
  readonly accountWide: boolean;
}

const LABELS: Readonly<Record<string, RateLabel>> = {
  L: "Light",
  M: "Medium",
  H: "Heavy",
  R: "Resource-intensive",
};

const list = (text: string): string[] => (text === "" ? [] : text.split(" "));

const isAdminOnly = (scopes: readonly string[]): boolean =>
  scopes.length > 0 && scopes.every((scope) => /:(admin|master)$/.test(scope));

type Row = readonly [
  method: string,
  path: string,
  id: string,
  label: string,
  classic: string,
  granular: string,
];

function* read(): Generator<[string, Operation]> {
  const table = JSON.parse(readFileSync(new URL("operations.gen.json", import.meta.url), "utf8")) as Record<
    string,
    Record<string, Row[]>
  >;
  for (const [product, tags] of Object.entries(table)) {
    for (const [tag, rows] of Object.entries(tags)) {
      for (const [method, path, operationId, label, classic, granular] of rows) {
        const name = `${method} ${path}`;
        const granularScopes = list(granular);
        const scopes = [...list(classic), ...granularScopes];
        yield [
          name,
          {
            ...{ name, method, path, product, tag, operationId, scopes, granularScopes },
            label: LABELS[label] ?? "Medium",
            privilege: privilegeOf(product, tag, method),
            accountWide:
              accountWideTags.has(`${product}/${tag}`) ||
              isAdminOnly(granularScopes.length > 0 ? granularScopes : scopes),
          },
        ];
      }
    }
  }
}

let loaded: ReadonlyMap<string, Operation> | undefined;

/** Every operation by its name; read when it is first asked for, as the table is a part of every start. */
export function operations(): ReadonlyMap<string, Operation> {
  return (loaded ??= new Map(read()));
}
