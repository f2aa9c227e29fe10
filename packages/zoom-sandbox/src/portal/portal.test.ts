import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import type { Visitor } from "../visitor.test-kit.ts";
import { visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;

beforeEach(async () => {
  sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false });
  owner = await visit(sandbox.url, "olivia@acme.example");
});
afterEach(() => sandbox.close());

test("The owner adds an API user, makes a role, sets its privileges and assigns it, by the portal's forms", async () => {
  await owner.post("/portal/users", { emails: "api@acme.example", type: "1", dept: "N/A", manager: "N/A" });
  const users = await (await owner.get("/portal/users?tab=pending")).text();
  const id = /\/portal\/users\/([\w-]{22})\/accept/.exec(users)?.[1] ?? "";
  expect(users).toContain("Accept invitation");
  await owner.post(`/portal/users/${id}/accept`, {});

  const made = await owner.post("/portal/roles", { name: "Greenroom", description: "For automation" });
  const roleId = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  await owner.post(`/portal/roles/${roleId}/settings`, {
    privileges: ["Role:Read", "Role:Edit", "Meeting:Read"],
  });
  const role = await (await owner.get(`/portal/roles/${roleId}`)).text();
  expect(role).toMatch(/value="Meeting:Read"[^>]*checked/);
  expect(role).not.toMatch(/value="Meeting:Edit"[^>]*checked/);

  await owner.post(`/portal/users/${id}`, { role_id: roleId });
  expect(await (await owner.get(`/portal/roles/${roleId}?tab=members`)).text()).toContain("api@acme.example");
});

test("People whose role lacks the privilege see no admin pages and change nothing", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  expect((await hana.get("/portal/users")).status).toBe(403);
  expect((await hana.post("/portal/roles", { name: "Mine" })).status).toBe(403);
  expect(await (await owner.get("/portal/roles")).text()).not.toContain("Mine");
});

test("A form without the session's csrf field is refused", async () => {
  expect((await owner.post("/portal/roles", { name: "Mine", csrf: "forged" })).status).toBe(403);
});

test("A wrong form says what was wrong", async () => {
  const refused = await owner.post("/portal/users", { emails: "nobody" });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("nobody is not an email address.");
});

test("Only the owner may make an admin", async () => {
  const adam = await visit(sandbox.url, "adam@acme.example");
  const users = await (await adam.get("/portal/users")).text();
  const ben = /\/portal\/users\/([\w-]+)" aria-label="Edit ben@acme\.example"/.exec(users)?.[1] ?? "";
  const refused = await adam.post(`/portal/users/${ben}`, { role_id: "1" });
  expect(await refused.text()).toContain("Only the owner may make an admin.");
  expect((await owner.post(`/portal/users/${ben}`, { role_id: "1" })).status).toBe(303);
});

test("What people type is shown as text, never as markup", async () => {
  await owner.post("/portal/roles", { name: "<script>alert(1)</script>", description: "" });
  const page = await (await owner.get("/portal/roles")).text();
  expect(page).not.toContain("<script>alert");
  expect(page).toContain("&lt;script&gt;");
});

test("Sign-in leads only to pages of the sandbox", async () => {
  const body = new URLSearchParams({
    email: "olivia@acme.example",
    password: "sandbox",
    continue: "//evil.example/",
  });
  const answer = await fetch(`${sandbox.url}/signin`, { method: "POST", body, redirect: "manual" });
  expect(answer.headers.get("location")).toBe("/");
});
