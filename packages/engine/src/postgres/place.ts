/** Where the data of a home is: inside it, or elsewhere when PostgreSQL's own user cannot go there. */
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { StartError } from "../start-error.ts";
import { findOwner, type Owner } from "./owner.ts";

/** A directory of PostgreSQL's user alone, and that user. */
export interface Place {
  readonly directory: string;
  /** PostgreSQL's data directory in it; made by the first start. */
  readonly data: string;
  /** Where a copy of the programs may be kept. */
  readonly binaries: string;
  readonly owner: Owner;
}

/** Where root keeps what an unprivileged user must reach, when the home is closed to it. */
const systemDirectory = "/var/lib/greenroom";
const pointerName = "postgres-is-elsewhere.txt";

/** Finds the place of a home, and makes it. @throws {StartError} when the home, or the data in it, cannot be used */
export function findPlace(givenHome: string): Place {
  const home = usableHome(givenHome);
  const inside = join(home, "postgres");
  const pointer = join(home, pointerName);
  if (existsSync(pointer)) return elsewhere(pointer);

  const place = placeIn(inside, home);
  if (made(place) || opened(home, place)) return place;
  if (existsSync(place.data)) throw closed(place);
  if (process.getuid?.() !== 0) throw closed(place);
  rmSync(inside, { recursive: true, force: true });
  return makeElsewhere(home, pointer);
}

/** The data of a home where it has some; nothing is made. */
export function existingData(home: string): string | undefined {
  const pointer = join(home, pointerName);
  const directory = existsSync(pointer)
    ? (readFileSync(pointer, "utf8").split("\n")[0]?.trim() ?? "")
    : join(home, "postgres");
  const data = join(directory, "data");
  return existsSync(data) ? data : undefined;
}

function usableHome(home: string): string {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(home);
  } catch (error) {
    throw new StartError(
      `The data directory ${home} cannot be read and written (${codeOf(error)}). Give this user access to it, or set GREENROOM_HOME to another directory.`,
    );
  }
}

function placeIn(directory: string, around: string): Place {
  const data = join(directory, "data");
  return { directory, data, binaries: join(around, "binaries"), owner: findOwner(data) };
}

/** Makes the directory. @returns whether PostgreSQL's user can work in it */
function made({ directory, owner }: Place): boolean {
  try {
    owner.makePrivate(directory);
  } catch (error) {
    if (error instanceof StartError) throw error;
    // Another user's.
    return false;
  }
  return owner.canWrite(directory);
}

/** Lets PostgreSQL's user pass through the home, if that is all that is missing. What else is in it stays closed by its own mode. */
function opened(home: string, place: Place): boolean {
  if (process.getuid?.() !== 0) return false;
  const { mode } = statSync(home);
  chmodSync(home, mode | 0o011);
  if (place.owner.canWrite(place.directory)) return true;
  chmodSync(home, mode);
  return false;
}

function makeElsewhere(home: string, pointer: string): Place {
  const directory = join(systemDirectory, createHash("sha256").update(home).digest("hex").slice(0, 16));
  mkdirSync(systemDirectory, { recursive: true });
  // Whatever the umask: PostgreSQL's user must get through.
  chmodSync(systemDirectory, 0o755);
  const place = placeIn(directory, systemDirectory);
  if (!made(place)) throw closed(place);
  writeFileSync(
    pointer,
    `${directory}\nPostgreSQL's own user cannot enter this home, so the data is there.\n`,
  );
  return place;
}

/** Once made elsewhere it stays there, also when the home is opened or moved: nobody's data may seem lost. */
function elsewhere(pointer: string): Place {
  const directory = readFileSync(pointer, "utf8").split("\n")[0]?.trim() ?? "";
  if (!existsSync(directory)) {
    throw new StartError(
      `${pointer} says that the data is in ${directory}, but there is no such directory. Bring it back, or delete that file to begin with an empty database.`,
    );
  }
  const place = placeIn(directory, systemDirectory);
  if (!made(place)) throw closed(place);
  return place;
}

function closed({ directory, owner }: Place): StartError {
  const who = owner.uid === undefined ? "this user" : `the user with the number ${owner.uid}`;
  return new StartError(
    `The database in ${directory} cannot be opened by ${who}. Start Greenroom as the user who made it, or set GREENROOM_HOME to another directory.`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
