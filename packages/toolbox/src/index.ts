import type { AddressPolicy, Connector } from "@greenroom/connector-kit";
import { createCsvConnector } from "./csv/csv.ts";
import { createEmailConnector } from "./email/email.ts";
import { createFilesConnector } from "./files/files.ts";
import { createGoogleSheetsConnector } from "./google-sheets/google-sheets.ts";
import { createHubspotConnector } from "./hubspot/hubspot.ts";
import { createSalesforceConnector } from "./salesforce/salesforce.ts";
import { createSlackConnector } from "./slack/slack.ts";
import { createTeamsConnector } from "./teams/teams.ts";
import { localFolder } from "./files/local-folder.ts";
import { createHttpConnector } from "./http/http.ts";
import { createLookupTableConnector, type LookupTableStore } from "./lookup-table/lookup-table.ts";
import { logger } from "./logger/logger.ts";
import { createPostgresConnector } from "./postgres/postgres.ts";
import { schedule } from "./schedule/schedule.ts";
import { templates } from "./templates/templates.ts";
import { createXlsxConnector } from "./xlsx/xlsx.ts";

export { createLookupTableConnector, type LookupTableStore } from "./lookup-table/lookup-table.ts";
export { saveInto } from "./files/save-into.ts";
export { createHttpConnector, type HttpConnectorOptions } from "./http/http.ts";

/** What the connectors around Zoom need of their installation. */
export interface ToolboxOptions {
  /** Where the connector `files` keeps them. */
  readonly filesFolder: string;
  /** Where the connector `lookup-table` finds its tables; without it, its actions say that there are none. */
  readonly lookupTables?: LookupTableStore;
  /**
   * Whether recipes may call loopback and private addresses, as self-hosted services need.
   * Link-local addresses, where clouds serve their credentials, are refused always. @default true
   */
  readonly allowPrivateNetworks?: AddressPolicy["allowPrivateNetworks"];
}

/** The connectors that recipes need around Zoom. */
export function toolboxConnectors({
  filesFolder,
  lookupTables,
  allowPrivateNetworks = true,
}: ToolboxOptions): readonly Connector[] {
  const policy = { allowPrivateNetworks };
  const folder = localFolder(filesFolder);
  return [
    createHttpConnector(policy),
    createEmailConnector(policy),
    createPostgresConnector(policy),
    createFilesConnector({ folder: filesFolder, ...policy }),
    createCsvConnector(folder),
    createXlsxConnector(folder),
    createSlackConnector(policy),
    createTeamsConnector(policy),
    createGoogleSheetsConnector(policy),
    createHubspotConnector(policy),
    createSalesforceConnector(policy),
    createLookupTableConnector(lookupTables),
    logger,
    schedule,
    templates,
  ];
}
