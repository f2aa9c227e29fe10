import {
  type AddressPolicy,
  type AppProfile,
  type Connector,
  createHttpClient,
  defineConnector,
  expectAnswer,
  guardedFetch,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { addressOf, textOf } from "../form-values.ts";
import { requestToken } from "../oauth/token-request.ts";
import { addToCampaign, createRecord, findRecords, runQuery, updateRecord, upsertRecord } from "./records.ts";
import { salesforceError } from "./salesforce-error.ts";

const userInfo = z.looseObject({
  organization_id: z.string(),
  user_id: z.string(),
  email: z.string().optional(),
  name: z.string().optional(),
});

/**
 * Makes the connector `salesforce`.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm
 */
export function createSalesforceConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  const obtain = async ({ profile, now }: { profile: AppProfile; now: Date }) =>
    await requestToken({
      ...{
        service: "Salesforce",
        tokenUrl: `${addressOf(profile, "domain")}/services/oauth2/token`,
        proof: "post",
      },
      ...{ clientId: textOf(profile, "client_id"), clientSecret: textOf(profile, "client_secret") },
      ...{ grantType: "client_credentials", parameters: {}, fetch, now },
    });
  return defineConnector({
    id: "salesforce",
    title: "Salesforce",
    summary: "Leads, contacts, campaigns and all other records of Salesforce.",
    connections: [
      {
        ...{
          type: "credentials",
          id: "salesforce-client-credentials",
          title: "Connected app, client credentials",
        },
        summary: "Acts as the user that the connected app runs as.",
        profileFields: [
          {
            ...{ name: "domain", label: "My Domain", type: "url", required: true },
            hint: "Such as https://acme.my.salesforce.com",
          },
          {
            ...{ name: "client_id", label: "Consumer key", type: "text", required: true },
            hint: "Of a connected app with the client credentials flow enabled, and a user to run as",
          },
          {
            name: "client_secret",
            label: "Consumer secret",
            type: "secret",
            required: true,
            hint: "Kept sealed",
          },
        ],
        obtain,
        refresh: obtain,
        revoke: () => Promise.resolve(),
        async identify(client) {
          const me = expectAnswer(
            userInfo,
            await client.request("GET", "/services/oauth2/userinfo"),
            "Salesforce",
          );
          const { organization_id: accountId, user_id: userId, email = "", name } = me;
          return {
            accountId,
            accountName: undefined,
            userId,
            email,
            displayName: name ?? email,
            roleName: undefined,
          };
        },
      },
    ],
    actions: {
      "find-records": findRecords,
      "run-query": runQuery,
      "create-record": createRecord,
      "update-record": updateRecord,
      "upsert-record": upsertRecord,
      "add-to-campaign": addToCampaign,
    },
    triggers: {},
    createClient: ({ profile, accessToken, signal }) =>
      createHttpClient({
        ...{ baseUrl: addressOf(profile, "domain"), accessToken, fetch, signal },
        decodeError: (answer, { method }) => salesforceError(answer, method),
      }),
  });
}
