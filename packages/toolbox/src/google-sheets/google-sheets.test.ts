/** Google Sheets over real HTTP against a small stand-in, written from Google's public documents; the real one was not reached. */
import { generateKeyPairSync } from "node:crypto";
import { importSPKI, jwtVerify } from "jose";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type Answer,
  connect,
  failure,
  type Seen,
  type StandIn,
  startStandIn,
} from "../stand-in.test-kit.ts";
import { createGoogleSheetsConnector } from "./google-sheets.ts";

const pem = { type: "spki", format: "pem" } as const;
const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  ...{ modulusLength: 2_048, publicKeyEncoding: pem },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const email = "robot@acme.iam.gserviceaccount.com";
const id = "1AbCdEfGhIjKlMnOp";

let google: StandIn;
let sheets: Map<string, unknown[][]>;
let options: string[];

/** `'My sheet'!A2`, `'My sheet'!1:1` or `'My sheet'`. */
function placeOf(range: string): { sheet: string; row?: number; column?: number; whole: boolean } {
  const [, sheet = "", place] = /^'((?:[^']|'')*)'(?:!(.+))?$/.exec(range) ?? [];
  const [, letters, row] = /^([A-Z]+)(\d+)$/.exec(place ?? "") ?? [];
  const column = letters && [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return {
    sheet: sheet.replaceAll("''", "'"),
    whole: place === undefined,
    ...(row && { row: Number(row) - 1 }),
    ...(column !== undefined && column !== "" && { column }),
  };
}

async function answer({ method, path, query, headers, json, text }: Seen): Promise<Answer> {
  if (path === "/token") {
    const form = new URLSearchParams(text);
    try {
      const { payload } = await jwtVerify(form.get("assertion") ?? "", await importSPKI(publicKey, "RS256"), {
        audience: `${google.url}/token`,
      });
      const good =
        payload.iss === email && payload["scope"] === "https://www.googleapis.com/auth/spreadsheets";
      if (good && form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer")
        return { body: { access_token: "ya29.1", token_type: "Bearer", expires_in: 3_599 } };
    } catch {
      // It is not signed with the key that Google knows.
    }
    return { status: 400, body: { error: "invalid_grant", error_description: "Invalid JWT Signature." } };
  }
  if (headers.authorization !== "Bearer ya29.1")
    return {
      status: 401,
      body: { error: { code: 401, message: "Invalid credentials", status: "UNAUTHENTICATED" } },
    };
  const [, ofId, rest = ""] = /^\/v4\/spreadsheets\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (ofId !== id)
    return {
      status: 403,
      body: {
        error: { code: 403, message: "The caller does not have permission", status: "PERMISSION_DENIED" },
      },
    };
  options.push(query.get("valueInputOption") ?? "");
  const body = (json ?? {}) as any;
  if (rest === "values:batchUpdate") {
    options.push(body.valueInputOption);
    for (const { range, values } of body.data) {
      const { sheet, row = 0, column = 0 } = placeOf(range);
      const rows = sheets.get(sheet) ?? [];
      (rows[row] ??= [])[column] = values[0][0];
    }
    return { body: { totalUpdatedCells: body.data.length } };
  }
  const [, range = "", append] = /^values\/(.+?)(:append)?$/.exec(rest) ?? [];
  const { sheet, whole } = placeOf(decodeURIComponent(range));
  const rows = sheets.get(sheet);
  if (!rows)
    return {
      status: 400,
      body: { error: { code: 400, message: `Unable to parse range: ${sheet}`, status: "INVALID_ARGUMENT" } },
    };
  if (append && method === "POST") {
    rows.push(...body.values);
    return {
      body: { updates: { updatedRange: `${sheet}!A${rows.length}`, updatedRows: body.values.length } },
    };
  }
  const values = whole || !decodeURIComponent(range).endsWith("!1:1") ? rows : rows.slice(0, 1);
  return { body: { range, majorDimension: "ROWS", ...(values.length > 0 && { values }) } };
}

beforeEach(async () => {
  [sheets, options] = [
    new Map([
      ["Olivia's list", [["Email", "Name", "Score"], ["a@x.example", "A", 1], ["b@x.example"]]],
      ["Empty", []],
    ]),
    [],
  ];
  google = await startStandIn(answer);
});
afterEach(() => google.close());

const robot = (key: object | string = {}) =>
  connect(createGoogleSheetsConnector({ allowPrivateNetworks: true }), "google-service-account", {
    key:
      typeof key === "string"
        ? key
        : JSON.stringify({
            client_email: email,
            private_key: privateKey,
            private_key_id: "k1",
            token_uri: `${google.url}/token`,
            ...key,
          }),
    api_url: google.url,
  });
const place = { spreadsheetId: id, sheet: "Olivia's list" };

it("signs in with its key, and reads rows by the names in the first one", async () => {
  const { run, identify } = await robot();
  expect(await run("read-rows", place)).toEqual({
    ...{ columns: ["Email", "Name", "Score"], count: 2, more: false },
    rows: [
      { Email: "a@x.example", Name: "A", Score: 1 },
      { Email: "b@x.example", Name: "", Score: "" },
    ],
  });
  expect(
    await run("read-rows", {
      ...place,
      spreadsheetId: `https://docs.google.com/spreadsheets/d/${id}/edit#gid=0`,
      limit: 1,
    }),
  ).toMatchObject({ count: 1, more: true });
  expect(await identify()).toMatchObject({ email });
});

it("appends objects by their names, lists as they are, and names to an empty sheet", async () => {
  const { run } = await robot();
  await run("append-rows", {
    ...place,
    rows: [{ Score: 7, Email: "c@x.example" }, ["d@x.example", { a: 1 }, true]],
  });
  expect(sheets.get(place.sheet)?.slice(3)).toEqual([
    ["c@x.example", "", 7],
    ["d@x.example", '{"a":1}', true],
  ]);
  await run("append-rows", { ...place, sheet: "Empty", rows: [{ B: "=1+1", A: null }], asTyped: true });
  expect(sheets.get("Empty")).toEqual([
    ["B", "A"],
    ["=1+1", ""],
  ]);
  expect(options.filter(Boolean)).toEqual(["RAW", "USER_ENTERED"]);
  expect((await failure(run("append-rows", { ...place, rows: [{ Nmae: "x" }] }))).message).toContain(
    "it has Email, Name, Score",
  );
});

it("changes rows by their key, and adds those that are missing, the same however often", async () => {
  const { run } = await robot();
  const rows = [
    { Email: "b@x.example", Name: "B" },
    { Email: "new@x.example", Score: 3 },
  ];
  expect(await run("update-rows", { ...place, key: "Email", rows })).toEqual({
    updated: 1,
    added: 1,
    ignored: 0,
  });
  expect(await run("update-rows", { ...place, key: "Email", rows })).toEqual({
    updated: 2,
    added: 0,
    ignored: 0,
  });
  expect((await run("read-rows", place)).rows).toEqual([
    { Email: "a@x.example", Name: "A", Score: 1 },
    { Email: "b@x.example", Name: "B", Score: "" },
    { Email: "new@x.example", Name: "", Score: 3 },
  ]);
  const other = { ...place, key: "Email", rows: [{ Email: "z@x.example" }] };
  expect(await run("update-rows", { ...other, missing: "ignore" })).toEqual({
    updated: 0,
    added: 0,
    ignored: 1,
  });
  expect(await failure(run("update-rows", { ...other, missing: "fail" }))).toMatchObject({
    kind: "not-found",
    code: "google.no-row",
  });
  expect((await failure(run("update-rows", { ...other, key: "Id" }))).fields[0]?.field).toBe("key");
});

it("says with whom to share, and what is wrong with a key", async () => {
  const { run } = await robot();
  const error = await failure(run("read-rows", { ...place, spreadsheetId: "another-spreadsheet" }));
  expect(error).toMatchObject({ kind: "forbidden", hint: `Share the spreadsheet with ${email}, as editor.` });
  expect((await failure((await robot("nothing")).run("read-rows", place))).fields[0]?.field).toBe("key");
  expect(
    (
      await failure(
        (
          await robot({ private_key: "-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----" })
        ).run("read-rows", place),
      )
    ).code,
  ).toBe("google.key");
  const { privateKey: strange } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: pem,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  expect(await failure((await robot({ private_key: strange })).run("read-rows", place))).toMatchObject({
    kind: "forbidden",
    message: "Google refused the token: Invalid JWT Signature.",
  });
});
