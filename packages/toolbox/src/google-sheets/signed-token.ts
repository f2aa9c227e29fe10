/** A Google service account: a program's own identity, which proves itself by signing (RFC 7523). */
import { type AppProfile, ConnectorError } from "@greenroom/connector-kit";
import { z } from "zod";
import { textOf } from "../form-values.ts";
import { requestToken } from "../oauth/token-request.ts";

const keyFile = z.looseObject({
  client_email: z.string().min(1),
  private_key: z.string().includes("PRIVATE KEY"),
  private_key_id: z.string().optional(),
  token_uri: z.url().default("https://oauth2.googleapis.com/token"),
});
const lifeS = 3_600;
const scope = "https://www.googleapis.com/auth/spreadsheets";

/** The key of a form. @throws {ConnectorError} when it is none */
export function keyOf(profile: AppProfile): z.output<typeof keyFile> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(textOf(profile, "key"));
  } catch {
    parsed = undefined;
  }
  const key = keyFile.safeParse(parsed);
  if (key.success) return key.data;
  throw new ConnectorError("invalid-input", "google.key", "The key is not a service account's.", {
    fields: [{ field: "key", message: "must be the whole JSON file, with client_email and private_key" }],
  });
}

/** Fetches a token with a signed assertion. @throws {ConnectorError} */
export async function serviceAccountToken(
  profile: AppProfile,
  { fetch, now }: { readonly fetch: typeof globalThis.fetch; readonly now: Date },
) {
  const {
    client_email: email,
    private_key: pem,
    private_key_id: keyId,
    token_uri: tokenUrl,
  } = keyOf(profile);
  const { importPKCS8, SignJWT } = await import("jose");
  let key: Awaited<ReturnType<typeof importPKCS8>>;
  try {
    key = await importPKCS8(pem, "RS256");
  } catch {
    throw new ConnectorError(
      "invalid-input",
      "google.key",
      "The service account's private key cannot be read.",
      {
        fields: [{ field: "key", message: "must be the JSON file as Google gave it" }],
      },
    );
  }
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(keyId !== undefined && { kid: keyId }) })
    .setIssuer(email)
    .setAudience(tokenUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeS)
    .sign(key);
  return await requestToken({
    ...{ service: "Google", tokenUrl, clientId: email, proof: "none", fetch, now },
    ...{ grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer", parameters: { assertion } },
  });
}
