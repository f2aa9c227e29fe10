import { type AddressPolicy, type Connector, defineConnector } from "@greenroom/connector-kit";
import { checkAuthority } from "../certificates.ts";
import { databases, postgresDatabase, postgresFields } from "./postgres-database.ts";
import { changedRow, newRow } from "./row-triggers.ts";
import { runQuery, runStatement } from "./run-sql.ts";
import { deleteRows, insertRows, upsertRows } from "./write-rows.ts";

/** Makes the connector `postgres`. */
export function createPostgresConnector(policy: AddressPolicy): Connector {
  return defineConnector({
    id: "postgres",
    title: "PostgreSQL",
    summary: "Tables of a PostgreSQL database.",
    connections: [
      {
        ...{ type: "form", id: "postgres-user", title: "Database user", profileFields: postgresFields },
        summary: "Signs in as one user of a database.",
        check: checkAuthority,
        identify: (client) => databases.in(client).identify(),
      },
    ],
    actions: {
      "run-query": runQuery,
      "run-statement": runStatement,
      "insert-rows": insertRows,
      "upsert-rows": upsertRows,
      "delete-rows": deleteRows,
    },
    triggers: { "new-row": newRow, "new-or-updated-row": changedRow },
    createClient: ({ profile }) => databases.of(postgresDatabase(profile, policy)),
  });
}
