/** Sets a fresh installation up against the sandbox: API user, role, app, connection, example recipe. Does nothing the second time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, callForCookie } from "./api-client.ts";
import { root } from "./processes.ts";
import {
  addApiUser,
  addRole,
  apiUser,
  consent,
  createApp,
  owner,
  signIn,
  subscribe,
} from "./sandbox-owner.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The connection's name in the example recipes. */
export const connectionName = "zoom";

/** Sets up what is missing. */
export async function setUpSandbox({
  serverUrl,
  sandboxUrl,
  publicUrl,
}: {
  serverUrl: string;
  sandboxUrl: string;
  publicUrl: string;
}): Promise<{ people: readonly string[] }> {
  const people = [owner, apiUser];
  const { items: connections } = await call<{ items: Named[] }>("GET", `${serverUrl}/api/connections`);
  if (connections.length > 0) return { people };
  console.log("Setting up the sandbox: API user, role, app, connection, example recipe …");

  const browser = await signIn(sandboxUrl, owner);
  await addApiUser(browser);
  await addRole(browser);
  const app = await createApp(browser, sandboxUrl, `${publicUrl}/oauth/callback`);
  const profile = await createProfile(serverUrl, sandboxUrl, app);
  await subscribe(browser, app.id, `${serverUrl}/webhooks/zoom/${profile.id}`);
  await connect(serverUrl, profile.id);
  await saveRecipe(serverUrl, "follow-up.yaml");
  return { people };
}

/** Makes the app profile of an app in the sandbox. */
export async function createProfile(
  serverUrl: string,
  sandboxUrl: string,
  app: { client_id: string; client_secret: string; secret_token: string },
): Promise<Named> {
  return await call<Named>("POST", `${serverUrl}/api/app-profiles`, {
    ...{ connector: "zoom", name: "Zoom sandbox" },
    fields: {
      ...{
        client_id: app.client_id,
        client_secret: app.client_secret,
        webhook_secret_token: app.secret_token,
      },
      ...{ oauth_url: sandboxUrl, api_url: `${sandboxUrl}/v2` },
    },
  });
}

/** Has the API user allow a connection on Zoom's pages. @returns where the browser ended */
export async function authorized(
  serverUrl: string,
  connectionId: string,
  decision: "allow" | "decline" = "allow",
): Promise<URL> {
  const { body, cookie } = await callForCookie<{ authorizationUrl: string }>(
    "POST",
    `${serverUrl}/api/connections/${connectionId}/authorize`,
  );
  return await consent(body.authorizationUrl, apiUser, { decision, cookie });
}

/** Makes the connection and connects it through Zoom's pages as the API user. @returns where the browser ended */
export async function connect(serverUrl: string, profileId: string): Promise<{ id: string; page: URL }> {
  const { id } = await call<Named>("POST", `${serverUrl}/api/connections`, {
    name: connectionName,
    connector: "zoom",
    profileId,
  });
  const page = await authorized(serverUrl, id);
  const error = page.searchParams.get("error");
  if (error !== null) throw new Error(`Connecting was refused: ${error}`);
  return { id, page };
}

/** Saves an example recipe. */
export async function saveRecipe(serverUrl: string, file: string): Promise<Named> {
  const source = readFileSync(join(root, "examples/recipes", file), "utf8");
  return await call<Named>("POST", `${serverUrl}/api/recipes`, { source });
}
