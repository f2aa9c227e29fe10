/** Users > Export and Import: what the file says, and what is wrong in it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
const events: string[] = [];

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
    // Everybody here signs in first; that is told elsewhere.
    onEvent: (event) => {
      if (event !== "user.signed_in") events.push(event);
    },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  events.length = 0;
});
afterEach(() => sandbox.close());

const text = async (path: string, by = owner) => (await by.get(path)).text();
const rowsOf = (page: string) => [...page.matchAll(/aria-label="Edit ([^"]+)"/g)].map(([, email]) => email);
const idOf = async (email: string) =>
  new RegExp(`/portal/users/([\\w-]+)" aria-label="Edit ${email}"`).exec(
    await text(`/portal/users?q=${email}`),
  )?.[1] ?? "";
const addGroup = async (name: string) =>
  /\/portal\/groups\/([^?]+)/.exec(
    (await owner.post("/portal/groups", { name, description: "" })).headers.get("location") ?? "",
  )?.[1] ?? "";

test("the export holds everybody, and what it says can be imported again", async () => {
  const answer = await owner.get("/portal/users/export.csv");
  expect(answer.headers.get("content-disposition")).toContain("users.csv");
  const csv = await answer.text();
  expect(csv.split("\r\n")[0]).toMatch(/^Email,First Name,Last Name,Department,/);
  expect(csv).toContain("mei@acme.example,Mei,Morgan,Marketing,,Webinar producer,,Licensed,Member,,active");
  const again = await owner.post("/portal/users/import", { csv });
  expect(decodeURIComponent(again.headers.get("location") ?? "")).toContain("Invited+0+and+updated+6");
  expect(events).toEqual([]);
});

test("an import reads quotes, other orders of columns and line ends, and names the line that is wrong", async () => {
  const csv =
    'Job Title,Email,First Name\n"Lead, ""deputy""",zoe@acme.example,Zoe\r\n\r\n,yan@acme.example,\n';
  await owner.post("/portal/users/import", { csv });
  const page = await text("/portal/users?tab=pending");
  expect(page).toContain("zoe@acme.example");
  expect(page).toContain("yan@acme.example");
  const exported = await text("/portal/users/export.csv");
  expect(exported).toContain('"Lead, ""deputy"""');
  for (const [wrong, says] of [
    ["Name\nZoe", "Email&quot; is missing"],
    ["Email\nzoe", "Line 2: &quot;zoe&quot; is not an email address."],
    ["Email,User Type\nx@acme.example,Gold", "Line 2: there is no user type &quot;Gold&quot;."],
    [
      'Email,Job Title\n\nok@acme.example,"Lead\nof all"\nyan,\n\nzoe,',
      "Line 5: &quot;yan&quot; is not an email address. Line 7: &quot;zoe&quot; is not an email address.",
    ],
    ["Email", "The file names nobody."],
    ["Email,Dept\nx@acme.example,IT", "There is no column &quot;dept&quot;; there are Email, First Name"],
    ["Email,User Group\nx@acme.example,Nobody's", "Line 2: there is no group &quot;Nobody&#39;s&quot;."],
    [
      `Email,Department\nx@acme.example,${"long".repeat(40)}`,
      "Line 2: Department has more than 128 characters.",
    ],
  ] as const) {
    const refused = await owner.post("/portal/users/import", { csv: wrong });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
});

test("an import changes only what the file says, and knows people of several groups", async () => {
  const [sales, ops] = [await addGroup("Sales"), await addGroup("Operations")];
  events.length = 0;
  const csv = "Email,Job Title,User Group\nHANA@acme.example,Lead,Sales; operations\nmei@acme.example,,\n";
  await owner.post("/portal/users/import", { csv });
  const exported = await text("/portal/users/export.csv");
  expect(exported).toContain(
    "hana@acme.example,Hana,Hale,Sales,,Lead,,Licensed,Member,Sales; Operations,active",
  );
  expect(exported).toContain(
    "mei@acme.example,Mei,Morgan,Marketing,,Webinar producer,,Licensed,Member,,active",
  );
  expect(events).toEqual(["user.updated", "group.member_added", "group.member_added"]);
  await owner.post("/portal/users/import", { csv: exported });
  expect(await text("/portal/users/export.csv")).toBe(exported);
  expect(rowsOf(await text(`/portal/users?group=${sales}`))).toEqual(
    rowsOf(await text(`/portal/users?group=${ops}`)),
  );
});

test("what a spreadsheet would run is exported as text", async () => {
  await owner.post(`/portal/users/${await idOf("hana@acme.example")}`, {
    first_name: "=HYPERLINK(1)",
    last_name: "+1",
  });
  const csv = await text("/portal/users/export.csv");
  expect(csv).toContain(",'=HYPERLINK(1),'+1,");
  await owner.post("/portal/users/import", { csv });
  expect(await text("/portal/users/export.csv")).toBe(csv);
});
