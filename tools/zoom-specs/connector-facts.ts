/** What the connector knows of each operation of Zoom's: its rate label and its scopes; product and tag say the rest. */
import { rowsOf, words } from "./zoom-specs.ts";

/** `product/tag → [[method, path, rate label, classic scopes, granular scopes]]`, one row a line. */
export function connectorFactsTable(): string {
  const families = Map.groupBy(
    rowsOf("endpoint-index.tsv"),
    ({ product = "", tag = "" }) => `${product}/${tag}`,
  );
  const rowOf = ({ method, path, rate_label: label = "", ...row }: Record<string, string>) =>
    JSON.stringify([
      ...[method, path, /^[LMHR]/i.exec(label)?.[0].toUpperCase() ?? ""],
      ...[words(row["classic_scopes"]), words(row["granular_scopes"])],
    ]);
  const entries = [...families].map(
    ([family, rows]) => `\n${JSON.stringify(family)}: [\n  ${rows.map(rowOf).join(",\n  ")}]`,
  );
  return `{${entries.join(",")}\n}\n`;
}
