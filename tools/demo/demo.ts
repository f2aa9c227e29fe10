/**
 * `npm run demo`: one event travels the whole way, from a meeting in the sandbox to the follow-up in the sandbox,
 * through the real server, a real PostgreSQL and real HTTP; then what goes wrong in earnest: duplicates, forgeries,
 * SIGKILL, disconnection, removal.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, useOwnerKey } from "../api-client.ts";
import { freePort, type Running, ready, start } from "../processes.ts";
import {
  addApiUser,
  addRole,
  type AppCredentials,
  apiUser,
  createApp,
  guidePrivileges,
  owner,
  removeApp,
  signIn,
  subscribe,
} from "../sandbox-owner.ts";
import { holdMeeting, host, type Meeting, onlookerToken } from "../sandbox-people.ts";
import { authorized, connect, createProfile, saveRecipe } from "../setup-sandbox.ts";
import type { Job } from "./job.ts";
import { accessTokenOf, type Delivery, forge, startOf } from "./sandbox-side.ts";
import { beginStages, expect, StageFailed, waitFor } from "./stages.ts";

const home = mkdtempSync(join(tmpdir(), "greenroom-demo-"));
const [serverPort, sandboxPort] = [await freePort(), await freePort()];
const serverUrl = `http://127.0.0.1:${serverPort}`;
const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
const { stage, summary } = beginStages();
let server: Running | undefined;
let sandbox: Running | undefined;
process.on("SIGINT", () => void stop().then(() => process.exit(130)));
process.on("SIGTERM", () => void stop().then(() => process.exit(143)));

const api = <T>(method: string, path: string, body?: unknown) =>
  call<T>(method, `${serverUrl}/api${path}`, body);
const control = <T>(method: string, path: string, body?: unknown) =>
  call<T>(method, `${sandboxUrl}/_sandbox${path}`, body);
const startServer = async (): Promise<Running> => {
  const running = start("server", "apps/server/src/main.ts", {
    GREENROOM_HOME: home,
    PORT: String(serverPort),
    DATABASE_URL: "",
    PUBLIC_URL: "",
    GREENROOM_SECRET_KEY: "",
    // The sandbox is on this machine.
    PRIVATE_NETWORKS: "127.0.0.0/8",
  });
  await ready(running, `${serverUrl}/healthz`);
  useOwnerKey(serverUrl, home);
  return running;
};

try {
  await run();
  await stop();
  summary();
} catch (error) {
  await stop();
  console.error(error instanceof StageFailed ? error.message : error);
  if (server && !(error instanceof StageFailed)) console.error(server.errors());
  process.exitCode = 1;
}

async function run(): Promise<void> {
  let app: AppCredentials;
  let profileId: string;
  let connectionId: string;
  let followUpRecipe: string;
  let ended: Meeting;
  let token: string;

  await stage("Start PostgreSQL, the server and the sandbox", home, async () => {
    const begun = performance.now();
    server = await startServer();
    const serverMs = performance.now() - begun;
    sandbox = start("sandbox", "tools/sandbox.ts", {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_STATE: "",
      SANDBOX_SEED: "",
    });
    await ready(sandbox, `${sandboxUrl}/_sandbox/healthz`);
    return [
      `server with embedded PostgreSQL ${serverUrl} (ready after ${serverMs.toFixed(0)} ms)`,
      `sandbox ${sandboxUrl}`,
    ];
  });

  await stage("Prepare the Zoom account, as its owner would", `${sandboxUrl}/portal`, async () => {
    const browser = await signIn(sandboxUrl, owner);
    await addApiUser(browser);
    const roleId = await addRole(browser);
    app = await createApp(browser, sandboxUrl, `${serverUrl}/oauth/callback`);
    ({ id: profileId } = await createProfile(serverUrl, sandboxUrl, app));
    await subscribe(browser, app.id, `${serverUrl}/webhooks/zoom/${profileId}`);
    return [
      `API user ${apiUser} (Basic), role Greenroom (${roleId}) with ${guidePrivileges.length} privileges`,
      `OAuth app ${app.client_id}; its event address answered Zoom's challenge`,
    ];
  });

  await stage(
    "Connect: authorize, sign in, consent, code, token",
    `${sandboxUrl}/oauth/authorize`,
    async () => {
      const { page, id } = await connect(serverUrl, profileId);
      connectionId = id;
      expect(page.searchParams.get("connected") === "1", `the browser ended on ${page.href}`);
      const connection = await api<{
        state: string;
        name: string;
        identity?: { email: string; accountId: string; accountName?: string };
      }>("GET", `/connections/${id}`);
      expect(
        connection.state === "connected" && connection.identity?.email === apiUser,
        "the connection does not show who it is",
      );
      const declined = await decline();
      return [
        `“${connection.name}” is connected as ${connection.identity?.email} of the account ${connection.identity?.accountId}`,
        `declined at the consent page: “${declined}”; nothing stored`,
      ];
    },
  );

  await stage("Start the recipe examples/recipes/follow-up.yaml", `${serverUrl}/recipes`, async () => {
    ({ id: followUpRecipe } = await saveRecipe(serverUrl, "follow-up.yaml"));
    await api("POST", `/recipes/${followUpRecipe}/start`);
    return ["“Follow up a week later” is running"];
  });

  await stage(
    "A meeting: three people join by desktop, mobile and telephone, all leave, it ends",
    `${sandboxUrl}/_sandbox/meetings`,
    async () => {
      token = await onlookerToken(sandboxUrl);
      ended = await holdMeeting(sandboxUrl, token, "Quarterly review");
      return [`“${ended.topic}” (${ended.id}), instance ${ended.uuid}`];
    },
  );

  await stage(
    "The signed webhooks arrive, the job runs, the follow-up is in Zoom",
    `${serverUrl}/jobs`,
    async () => {
      const job = await jobOf(followUpRecipe);
      expect(job.state === "succeeded", `the job ${job.state}: ${job.error?.message ?? job.reason}`);
      const followUps = (await meetings()).filter(({ topic }) => topic === `Follow-up: ${ended.topic}`);
      expect(followUps.length === 1, `there are ${followUps.length} follow-ups, expected 1`);
      const [followUp] = followUps as [Meeting];
      const weekLater =
        Date.parse(followUp.start_time) - Date.parse(await startOf(sandboxUrl, ended)) === 7 * 86_400_000;
      expect(weekLater, `the follow-up is on ${followUp.start_time}`);
      const { registrants } = await zoom<{ registrants: { email: string }[] }>(
        "GET",
        `/meetings/${followUp.id}/registrants`,
      );
      const emails = registrants.map(({ email }) => email).toSorted();
      expect(
        emails.join() === "ben@acme.example,luis@acme.example,mei@acme.example",
        `registered are ${emails.join(", ")}`,
      );
      return [
        `job ${job.id} succeeded in ${job.durationMs} ms: ${job.reason}`,
        `read back from Zoom: ${followUp.topic}, ${followUp.start_time}; ${emails.join(", ")}`,
      ];
    },
  );

  await stage(
    "One person, a duplicate, a forgery: none starts anything",
    `${serverUrl}/webhooks/zoom`,
    async () => {
      const before = (await jobs()).length;
      await holdMeeting(sandboxUrl, token, "Coffee", [{ email: "luis@acme.example", device: "desktop" }]);
      const lonely = await waitFor("the second meeting's job", async () =>
        (await jobs()).find((job) => job.state === "succeeded" && job.reason?.includes("Fewer than two")),
      );
      expect(
        (await meetings()).every(({ topic }) => topic !== "Follow-up: Coffee"),
        "a follow-up was scheduled",
      );

      const { deliveries } = await control<{ deliveries: Delivery[] }>(
        "GET",
        "/deliveries?event=meeting.ended&settled",
      );
      const first = deliveries.at(-1);
      if (!first) throw new Error("there is no delivery of meeting.ended");
      await control("POST", `/deliveries/${first.id}/duplicate`);
      const forged = await forge(`${serverUrl}/webhooks/zoom/${profileId}`, first.body);
      expect(forged === 401, `the forgery was answered ${forged}`);
      const events = await api<{ items: unknown[] }>("GET", "/events?name=meeting.ended");
      expect(events.items.length === 2, `the inbox holds ${events.items.length} meeting.ended, expected 2`);
      expect((await jobs()).length === before + 1, "a job was started that should not");
      return [
        `one person: “${lonely.reason}”`,
        "the first webhook again: no second job",
        "a wrong signature: 401, and nothing in the inbox",
      ];
    },
  );

  await stage(
    "SIGKILL in the middle of a job with four steps; each is done once",
    `${serverUrl}/jobs`,
    async () => {
      const { id: recipe } = await saveRecipe(serverUrl, "four-steps.yaml");
      await api("POST", `/recipes/${recipe}/start`);
      // The third of four hangs long enough to be killed in.
      const { id: hostId } = await zoom<{ id: string }>("GET", `/users/${host}`);
      const creations = { path: `/v2/users/${hostId}/meetings`, method: "POST", kind: "delay" };
      await control("POST", "/faults", { ...creations, delayMs: 50, count: 2 });
      await control("POST", "/faults", { ...creations, delayMs: 1_500, count: 1 });
      await zoom("POST", `/users/${host}/meetings`, {
        topic: "Onboarding Ada",
        start_time: "2027-03-01T09:00:00Z",
      });
      const sessions = async () =>
        (await meetings()).filter(({ topic }) => topic.endsWith(": Onboarding Ada"));
      await waitFor("two of the four", async () => ((await sessions()).length === 2 ? true : undefined));
      const [running] = await jobs(`?recipeId=${recipe}`);
      expect(running?.state === "running", `the job is ${running?.state}`);
      server?.kill("SIGKILL");
      await server?.ended;
      const killedWith = (await sessions()).length;
      const begun = performance.now();
      server = await startServer();
      const job = await jobOf(recipe, 60_000);
      const made = (await sessions()).map(({ topic }) => topic).toSorted();
      expect(job.state === "succeeded", `the job ${job.state}: ${job.error?.message}`);
      expect(
        made.length === 4 && new Set(made).size === 4,
        `Zoom has ${made.length} sessions: ${made.join(", ")}`,
      );
      return [
        `killed with ${killedWith} of 4 done and one under way; ended ${((performance.now() - begun) / 1000).toFixed(1)} s after the start of a new server`,
        `in Zoom, each once: ${made.map((topic) => topic.split(":")[0]).join(", ")}`,
      ];
    },
  );

  await stage("Disconnect; and be removed at Zoom's Marketplace", `${serverUrl}/connections`, async () => {
    const old = await accessTokenOf(sandboxUrl, app.id);
    await api("POST", `/connections/${connectionId}/disconnect`);
    const afterwards = await api<{ state: string; stoppedReason?: string }>(
      "GET",
      `/recipes/${followUpRecipe}`,
    );
    expect(afterwards.state === "stopped", "the recipe still runs");
    const refused = await fetch(`${sandboxUrl}/v2/users/me`, { headers: { authorization: `Bearer ${old}` } });
    expect(refused.status === 401, `the old token still answers ${refused.status}`);

    await authorized(serverUrl, connectionId);
    await api("POST", `/recipes/${followUpRecipe}/start`);
    await removeApp(sandboxUrl, apiUser, app.id);
    const lost = await waitFor("the connection to be lost", async () => {
      const connection = await api<{ state: string; reason?: string }>("GET", `/connections/${connectionId}`);
      return connection.state === "disconnected" ? connection : undefined;
    });
    await waitFor("its recipe to stop", async () => {
      const { state } = await api<{ state: string }>("GET", `/recipes/${followUpRecipe}`);
      return state === "stopped" ? true : undefined;
    });
    return [
      `disconnected: “${afterwards.stoppedReason}”; its token answers 401`,
      `removed at Zoom: “${lost.reason}”`,
    ];
  });

  async function jobs(query = ""): Promise<readonly Job[]> {
    return (await api<{ items: Job[] }>("GET", `/jobs${query}`)).items;
  }

  async function jobOf(recipe: string, withinMs = 20_000): Promise<Job> {
    return await waitFor(
      "the job to end",
      async () => {
        const [job] = await jobs(`?recipeId=${recipe}`);
        return job && ["succeeded", "failed", "cancelled"].includes(job.state) ? job : undefined;
      },
      withinMs,
    );
  }

  function zoom<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call<T>(method, `${sandboxUrl}/v2${path}`, body, { authorization: `Bearer ${token}` });
  }

  async function meetings(): Promise<readonly Meeting[]> {
    return (await zoom<{ meetings: Meeting[] }>("GET", `/users/${host}/meetings?page_size=300`)).meetings;
  }

  async function decline(): Promise<string> {
    const { id } = await api<{ id: string }>("POST", "/connections", {
      name: "declined",
      connector: "zoom",
      profileId,
    });
    const page = await authorized(serverUrl, id, "decline");
    const left = await api<{ state: string }>("GET", `/connections/${id}`);
    expect(left.state === "disconnected", "a declined connection is not disconnected");
    await api("DELETE", `/connections/${id}`);
    return page.searchParams.get("error") ?? "";
  }
}

async function stop(): Promise<void> {
  await server?.stop();
  await sandbox?.stop();
  rmSync(home, { recursive: true, force: true });
}
