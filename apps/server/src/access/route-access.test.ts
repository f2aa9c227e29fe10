/** Walks all routes of the real server: each is in the table, and lets in whom the table says, and nobody else. */
import { roles } from "@greenroom/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { routeName } from "./matched-route.ts";
import { routeAccess } from "./route-access.ts";
import { firstAccount, newKey } from "./signed-in.test-kit.ts";

let server: OwnedServer;
/** What each asks with. */
const asked = new Map<string, Readonly<Record<string, string>>>();

beforeAll(async () => {
  server = await startOwnedServer();
  const { browser } = await firstAccount(server);
  asked.set("anonymous", {});
  for (const role of roles) asked.set(role, (await newKey(browser, { role })).headers);
  asked.set("owner", { authorization: `Bearer ${server.ownerKey}` });
});
afterAll(() => server?.stop());

test("every route is in the table, and every line of the table is a route", () => {
  const routes = new Set(
    server.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => routeName(method, path)),
  );
  expect([...routes].filter((route) => routeAccess[route] === undefined)).toEqual([]);
  expect(Object.keys(routeAccess).filter((route) => !routes.has(route))).toEqual([]);
});

test("what answers to all methods is no more than what stands before routes, files, and the refusal of what is not there", () => {
  const paths = new Set(server.routes.filter(({ method }) => method === "ALL").map(({ path }) => path));
  expect([...paths].toSorted()).toEqual(["/*", "/api/*", "/assets/*", "/webhooks/*"]);
});

test("whoever may only look changes nothing, and nobody unknown does more than sign in", () => {
  const changing = Object.entries(routeAccess).filter(
    ([route, { effect }]) => !route.startsWith("GET ") && effect !== "read",
  );
  expect(changing.filter(([, { who }]) => who === "viewer")).toEqual([]);
  const open = changing.filter(([, { who }]) => who === "anyone").map(([route]) => route);
  expect(open.filter((route) => !/^POST \/(?:auth|setup|webhooks|forms|hooks)\b/.test(route))).toEqual([]);
});

const nobody = "00000000-0000-7000-8000-000000000000";
const refusals = new Set(["sign-in-needed", "wrong-key", "not-allowed"]);

/** Whether somebody is let through to the route; what it then makes of an empty request is its own affair. */
async function isLetIn(route: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const [method = "", path = ""] = route.split(" ");
  const url = `${server.url}/api/v1${path
    .replace("{connector}", "zoom")
    .replace("{file}", "swagger-ui.css")
    .replaceAll(/\{\w+\}/g, nobody)}`;
  const stop = new AbortController();
  const answer = await fetch(url, {
    ...{ method, redirect: "manual", signal: stop.signal },
    headers: { "content-type": "application/json", ...headers },
    ...(method === "GET" || method === "DELETE" ? {} : { body: "{}" }),
  });
  if (answer.status !== 401 && answer.status !== 403) {
    stop.abort();
    return true;
  }
  const isJson = (answer.headers.get("content-type") ?? "").startsWith("application/json");
  const body = isJson ? ((await answer.json()) as { error?: { code: string } }) : {};
  stop.abort();
  return !refusals.has(body.error?.code ?? "");
}

const inApi = Object.entries(routeAccess).filter(
  ([route]) => !/^\w+ \/(?:\*|webhooks|healthz|readyz|metrics|oauth|mcp|hooks)/.test(route),
);
describe.each(inApi)("%s", (route, { who }) => {
  test("lets in whom it says", async () => {
    const expected = [...asked.keys()].map((name) => {
      if (who === "anyone") return [name, true];
      if (name === "anonymous") return [name, false];
      if (who === "owner") return [name, name === "owner"];
      if (who === "signed-in" || name === "owner") return [name, true];
      return [name, roles.findIndex((role) => role === name) >= roles.indexOf(who)];
    });
    const found = [];
    for (const [name, headers] of asked) found.push([name, await isLetIn(route, headers)]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });
});
