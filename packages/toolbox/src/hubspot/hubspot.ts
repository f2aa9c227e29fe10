import {
  type AddressPolicy,
  type Connector,
  createHttpClient,
  defineConnector,
  expectAnswer,
  guardedFetch,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { addressOf, textOf } from "../form-values.ts";
import { addToList, createContact, findContact, updateContact, upsertContact } from "./contacts.ts";
import { hubspotError } from "./hubspot-error.ts";

const account = z.looseObject({ portalId: z.number(), uiDomain: z.string().optional() });

/** Makes the connector `hubspot`. */
export function createHubspotConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  return defineConnector({
    id: "hubspot",
    title: "HubSpot",
    summary: "Contacts and lists of a HubSpot account.",
    connections: [
      {
        ...{ type: "form", id: "hubspot-private-app", title: "Private app" },
        summary: "Acts with the scopes of a private app of the account.",
        profileFields: [
          {
            ...{ name: "token", label: "Access token", type: "secret", required: true },
            hint: "Begins with pat-. In HubSpot: Settings, Integrations, Private apps",
          },
          {
            ...{
              name: "api_url",
              label: "Address of the API",
              type: "url",
              required: false,
              default: "https://api.hubapi.com",
            },
            hint: "HubSpot's own, unless you go through a proxy",
          },
        ],
        async identify(client) {
          const { portalId, uiDomain } = expectAnswer(
            account,
            await client.request("GET", "/account-info/v3/details"),
            "HubSpot",
          );
          const id = String(portalId);
          return {
            accountId: id,
            accountName: uiDomain,
            userId: id,
            email: "",
            displayName: "Private app",
            roleName: undefined,
          };
        },
      },
    ],
    actions: {
      "find-contact": findContact,
      "create-contact": createContact,
      "update-contact": updateContact,
      "upsert-contact": upsertContact,
      "add-to-list": addToList,
    },
    triggers: {},
    createClient: ({ profile, signal }) =>
      createHttpClient({
        ...{ baseUrl: addressOf(profile, "api_url"), fetch, signal },
        authorize: ({ headers }) => {
          headers["authorization"] = `Bearer ${textOf(profile, "token")}`;
        },
        decodeError: (answer, { method }) => hubspotError(answer, method),
      }),
  });
}
