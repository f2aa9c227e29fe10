/** People in the sandbox, for journeys. */
import { call } from "../tools/api-client.ts";
import { openBrowser } from "../tools/sandbox-browser.ts";
import { password } from "../tools/sandbox-owner.ts";

interface Apps {
  readonly account_id: string;
  readonly apps: readonly { id: string; name: string; client_id: string; client_secret: string }[];
}

/** Holds a meeting of the host: three people join, leave, and it ends. */
export async function holdMeeting(sandboxUrl: string, topic: string): Promise<void> {
  const token = await onlookerToken(sandboxUrl);
  const { id } = await call<{ id: number }>("POST", `${sandboxUrl}/v2/users/hana@acme.example/meetings`, { topic }, { authorization: `Bearer ${token}` });
  const act = <T>(what: string, body?: object) => call<T>("POST", `${sandboxUrl}/_sandbox/meetings/${id}/${what}`, body);
  await act("start");
  const joiners = [
    { email: "luis@acme.example", device: "desktop" },
    { email: "mei@acme.example", device: "mobile" },
    { email: "ben@acme.example", device: "telephone", phone_number: "+33123456789" },
  ];
  for (const joiner of joiners) await act("join", joiner);
  await act("end");
}

/** A token that is not Greenroom's. */
export async function onlookerToken(sandboxUrl: string): Promise<string> {
  const browser = openBrowser(sandboxUrl);
  await browser.post("/signin", { email: "olivia@acme.example", password, continue: "/marketplace/apps" });
  const page = await browser.post("/marketplace/apps", { name: "Onlooker", kind: "server_to_server", scopes: "meeting:write:meeting:admin user:read:user:admin" });
  const { account_id, apps } = await call<Apps>("GET", `${sandboxUrl}/_sandbox/apps`);
  const app = apps.find(({ id }) => page.url.pathname.endsWith(id));
  if (!app) throw new Error("the onlooker's app was not created");
  await browser.post(`/marketplace/apps/${app.id}/activation`, { active: "true" });
  const basic = Buffer.from(`${app.client_id}:${app.client_secret}`).toString("base64");
  const url = `${sandboxUrl}/oauth/token?grant_type=account_credentials&account_id=${account_id}`;
  return (await call<{ access_token: string }>("POST", url, undefined, { authorization: `Basic ${basic}` })).access_token;
}
