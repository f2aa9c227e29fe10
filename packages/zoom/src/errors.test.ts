import { describe, expect, it } from "vitest";
import { connectedSandbox, failure } from "./connected-sandbox.test-kit.ts";
import { decodeZoomError } from "./errors.ts";

const decode = (status: number, body: unknown, { method = "POST", headers = {} } = {}) =>
  decodeZoomError(
    { status, body, headers: new Headers(headers) },
    { method, path: "/users/{userId}/meetings" },
  );

const scopes =
  "Invalid access token, does not contain scopes:[meeting:read:meeting, meeting:read:meeting:admin].";

describe("Zoom's answers", () => {
  it.each([
    [401, { code: 124, message: "Invalid access token." }, "reconnect", "zoom.124"],
    [401, { code: 124, message: "Access token is expired." }, "reconnect", "zoom.124"],
    [400, { code: 124, message: "This API only supports OAuth2 authorization." }, "forbidden", "zoom.124"],
    [400, { code: 4711, message: scopes }, "forbidden", "zoom.4711"],
    [400, { code: 104, message: scopes }, "forbidden", "zoom.104"],
    [401, { code: 201, message: scopes }, "forbidden", "zoom.201"],
    [
      400,
      { code: 4700, message: "Invalid access token, does not contain role:read:admin scope." },
      "forbidden",
      "zoom.4700",
    ],
    [400, { code: 200, message: "No permission." }, "forbidden", "zoom.200"],
    [400, { code: 300, message: "Validation Failed." }, "invalid-input", "zoom.300"],
    [404, { code: 3001, message: "Meeting does not exist: 1." }, "not-found", "zoom.3001"],
    [404, { code: 1001, message: "User does not exist: x." }, "not-found", "zoom.1001"],
    [409, { code: 1005, message: "Email has already been used" }, "conflict", "zoom.1005"],
    [400, { code: 1005, message: "Email has already been used" }, "conflict", "zoom.1005"],
    [404, { code: 2300, message: "This API endpoint is not recognized." }, "not-found", "zoom.2300"],
    [
      429,
      { code: 429, message: "You have reached the maximum per-second rate limit for this API." },
      "rate-limited",
      "zoom.429",
    ],
    [429, { code: 4001, message: "Too many." }, "rate-limited", "zoom.4001"],
    [403, { code: 99_999, message: "?" }, "forbidden", "zoom.99999"],
    [400, { code: "3161", message: "You cannot host" }, "forbidden", "zoom.3161"],
    [400, "<html>", "invalid-input", "zoom.http-400"],
    [400, { code: {}, message: 7, errors: "x" }, "invalid-input", "zoom.http-400"],
    [302, undefined, "unexpected-response", "zoom.http-302"],
  ])("%i %j is %s", (status, body, kind, code) => {
    expect(decode(status, body)).toMatchObject({ kind, code });
  });

  it("name the scopes that are missing and where to add them", () => {
    const error = decode(400, { code: 4711, message: scopes });
    expect(error.message).toContain("meeting:read:meeting, meeting:read:meeting:admin");
    expect(error.hint).toMatch(/Marketplace.*Connect/);
  });

  it("name the fields that Zoom refused", () => {
    const errors = [{ field: "user_info.email", message: "Invalid field." }];
    const error = decode(400, { code: 300, message: "Validation Failed.", errors });
    expect(error.fields).toEqual(errors);
    expect(error.message).toContain("user_info.email: Invalid field.");
  });

  it("of a server in trouble leave open whether a POST was carried out, but not whether a GET was", () => {
    expect(decode(500, { code: 500, message: "x" }).kind).toBe("outcome-unknown");
    expect(decode(503, undefined).kind).toBe("outcome-unknown");
    expect(decode(503, undefined, { headers: { "retry-after": "5" } }).kind).toBe("unavailable");
    expect(decode(502, undefined, { method: "GET" }).kind).toBe("unavailable");
  });
});

describe("at the sandbox", () => {
  it("a token without the scope is refused, and the scope is named", async () => {
    const zoom = await connectedSandbox(["user:read:user:admin"]);
    const error = await failure(zoom.run("create-meeting", { topic: "x" }));
    expect(error).toMatchObject({ kind: "forbidden", code: "zoom.4711" });
    expect(error.message).toContain("meeting:write:meeting:admin");
    await zoom.close();
  });

  it("a limit with a date far ahead goes to the engine, and other calls go on", async () => {
    const zoom = await connectedSandbox();
    const retryAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const headers = { "retry-after": retryAt.toISOString().replace(".000Z", "Z") };
    const rule = { kind: "status", status: 429, code: 429, headers, method: "POST" };
    await zoom.control("/faults", {
      ...rule,
      message: "You have reached the maximum daily rate limit for this API.",
    });
    expect(await failure(zoom.run("create-meeting", { topic: "x" }))).toMatchObject({
      kind: "rate-limited",
      retryAt,
    });
    await expect(zoom.run("get-user", {})).resolves.toBeDefined();
    await zoom.close();
  });

  it("a passing refusal is waited out in silence", async () => {
    const zoom = await connectedSandbox();
    await zoom.control("/faults", {
      kind: "status",
      status: 429,
      code: 429,
      headers: { "retry-after": "0" },
      method: "POST",
    });
    await expect(zoom.run("create-meeting", { topic: "x" })).resolves.toMatchObject({ topic: "x" });
    await zoom.close();
  });
});
