/** What a piece keeps between its calls: a file in its folder, written whole. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A piece's own store. */
export interface PieceStore {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

const mostBytes = 5_000_000;

/** Makes the store of a file. Calls take turns, so that none loses what another wrote. */
export function pieceStore(path: string): PieceStore {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const read = async (): Promise<Record<string, unknown>> => {
    try {
      return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
      throw error;
    }
  };
  const write = async (values: Record<string, unknown>): Promise<void> => {
    const text = JSON.stringify(values);
    if (text.length > mostBytes) throw new Error("the piece's store is full: it holds 5 MB");
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const aside = `${path}.${process.pid}.part`;
    await writeFile(aside, text, { mode: 0o600 });
    await rename(aside, path);
  };
  return {
    get: (key) => inTurn(async () => (await read())[key] ?? null),
    put: (key, value) => inTurn(async () => await write({ ...(await read()), [key]: value })),
    delete: (key) =>
      inTurn(async () => {
        const { [key]: _gone, ...rest } = await read();
        await write(rest);
      }),
  };
}
