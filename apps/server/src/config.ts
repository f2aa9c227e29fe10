/** The settings, from the environment. The only place of the server that reads it. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { Secret } from "@greenroom/connector-kit";
import { StartError } from "@greenroom/engine";
import { z } from "zod";

/** What the server is started with. */
export interface Config {
  readonly port: number;
  /** Unset for the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** The data directory, absolute. */
  readonly home: string;
  readonly secretKey: Secret;
  /** How browsers and Zoom reach us, without a slash at the end. */
  readonly publicUrl: string;
}

const port = z.coerce.number().int().min(0).max(65_535);

/** Reads the settings; makes the home and the secret key where they are missing. @throws {StartError} */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsedPort = port.safeParse(env["PORT"] ?? 3000);
  if (!parsedPort.success)
    throw new StartError(`PORT must be a number from 0 to 65535, but it is “${env["PORT"]}”.`);
  const home = resolve(env["GREENROOM_HOME"] || ".greenroom");
  prepareHome(home);
  const publicUrl = (env["PUBLIC_URL"] || `http://127.0.0.1:${parsedPort.data}`).replace(/\/+$/, "");
  if (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol)) {
    throw new StartError(
      `PUBLIC_URL must be a web address such as https://greenroom.example.com, but it is “${publicUrl}”.`,
    );
  }
  return {
    port: parsedPort.data,
    databaseUrl: env["DATABASE_URL"] || undefined,
    home,
    secretKey: new Secret(env["GREENROOM_SECRET_KEY"] || keyIn(home)),
    publicUrl,
  };
}

function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `The data directory ${home} cannot be read and written (${codeOf(error)}). Give this user access to it, or set GREENROOM_HOME to another directory.`,
    );
  }
}

/** The key kept in the home; made there, for this user's eyes only, when there is none. */
function keyIn(home: string): string {
  const path = join(home, "secret.key");
  try {
    if (!existsSync(path)) makeKey(path);
    chmodSync(path, 0o600);
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new StartError(
      `The secret key ${path} cannot be read (${codeOf(error)}). Give this user access to it, or set GREENROOM_SECRET_KEY.`,
    );
  }
}

/** Made aside and linked into place: of two first starts at once, both read the whole key of one. */
function makeKey(path: string): void {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  try {
    linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
