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
import { join } from "node:path";
import { Secret } from "@greenroom/connector-kit";
import { StartError } from "@greenroom/engine/start-error";
import { z } from "zod";
import { ownerKeyFile } from "./access/owner-key.ts";
import { type AccessConfig, readAccessConfig } from "./access-config.ts";
import { homeOf } from "./home.ts";
import { type ProcessConfig, readProcessConfig } from "./process-config.ts";

/** What the server is started with. */
export interface Config extends AccessConfig, ProcessConfig {
  readonly port: number;
  /** The address it listens on. */
  readonly host: string;
  /** Unset for the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** The data directory, absolute. */
  readonly home: string;
  readonly secretKey: Secret;
  /** Makes whoever has it an admin, on this machine alone. */
  readonly ownerKey: string;
  /** How browsers and Zoom reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Whose properties recipes see. */
  readonly environment: string;
}

const port = z.coerce.number().int().min(0).max(65_535);

/** Reads the settings; makes the home and the secret key where they are missing. @throws {StartError} */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsedPort = port.safeParse(env["PORT"] ?? 3000);
  if (!parsedPort.success)
    throw new StartError(`PORT must be a number from 0 to 65535, but it is “${env["PORT"]}”.`);
  const home = homeOf(env);
  prepareHome(home);
  const publicUrl = (env["PUBLIC_URL"] || `http://127.0.0.1:${parsedPort.data}`).replace(/\/+$/, "");
  if (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol)) {
    throw new StartError(
      `PUBLIC_URL must be a web address such as https://greenroom.example.com, but it is “${publicUrl}”.`,
    );
  }
  const environment = env["GREENROOM_ENVIRONMENT"] || "default";
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(environment)) {
    throw new StartError(
      `GREENROOM_ENVIRONMENT must be a name such as staging (small letters, digits and -), but it is “${environment}”.`,
    );
  }
  return {
    environment,
    port: parsedPort.data,
    host: env["HOST"] || "127.0.0.1",
    databaseUrl: env["DATABASE_URL"] || undefined,
    home,
    secretKey: new Secret(env["GREENROOM_SECRET_KEY"] || keptIn(home, "secret.key", newSecretKey)),
    ownerKey: keptIn(home, ownerKeyFile, newOwnerKey),
    publicUrl,
    ...readAccessConfig(env),
    ...readProcessConfig(env),
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

const newSecretKey = () => randomBytes(32).toString("base64");
const newOwnerKey = () => `gr_owner_${randomBytes(32).toString("base64url")}`;

/** A key kept in the home; made there, for this user's eyes only, when there is none. */
function keptIn(home: string, name: string, make: () => string): string {
  const path = join(home, name);
  try {
    if (!existsSync(path)) keep(path, make());
    chmodSync(path, 0o600);
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const other = name === "secret.key" ? ", or set GREENROOM_SECRET_KEY" : "";
    throw new StartError(
      `The key ${path} cannot be read (${codeOf(error)}). Give this user access to it${other}.`,
    );
  }
}

/** Made aside and linked into place: of two first starts at once, both read the whole key of one. */
function keep(path: string, key: string): void {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${key}\n`, { mode: 0o600 });
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
