/** A real S3 server for tests, from npm, with a bucket, and one that stays empty. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

/** Its one user. */
export const s3Keys = { access_key_id: "S3RVER", secret_access_key: "S3RVER" };

/**
 * Starts it on a free port. Where it checks signatures it refuses lists: it signs `/bucket` where the SDK, as Amazon
 * does, signs `/bucket/`. Of a list that has more it makes a mark with a cipher that OpenSSL no longer has, and fails.
 */
export async function startS3Server({
  strict,
}: {
  readonly strict: boolean;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  // It declares no types.
  const Server = createRequire(import.meta.url)("@20minutes/s3rver") as new (options: object) => S3rver;
  const directory = mkdtempSync(join(tmpdir(), "greenroom-s3-"));
  const server = new Server({
    ...{ port: 0, address: "127.0.0.1", silent: true, directory },
    allowMismatchedSignatures: !strict,
    configureBuckets: ["recordings", "empty"].map((name) => ({ name, configs: [] })),
  });
  const { port } = await server.run();
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
