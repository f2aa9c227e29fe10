/** Where notices go: e-mail addresses and web addresses. A web address's secret is shown once, when it is made. */
import { randomBytes } from "node:crypto";
import { ConnectorError } from "@greenroom/connector-kit";
import { arrayContains, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { noticeChannels } from "../database/notice-tables.ts";
import { recipes } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import { notFound } from "../store/refusals.ts";

/** A channel. */
export interface NoticeChannel {
  readonly id: string;
  readonly kind: "email" | "webhook";
  /** The e-mail address, or the URL. */
  readonly target: string;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

/** The channels. */
export interface NoticeChannels {
  list(): Promise<readonly NoticeChannel[]>;
  /** With the secret that a webhook's requests are signed with; it is told this once. */
  add(
    channel: Pick<NoticeChannel, "kind" | "target">,
  ): Promise<{ readonly channel: NoticeChannel; readonly secret: string | undefined }>;
  enable(id: string, enabled: boolean): Promise<NoticeChannel>;
  remove(id: string): Promise<void>;
  /** What its requests are signed with. */
  secretOf(id: string): Promise<string>;
}

const maxChannels = 50;

/** Makes the store of channels. */
export function createNoticeChannels(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly now: () => Date;
}): NoticeChannels {
  const { database, secretBox, now } = context;
  const place = (id: string) => `notice-channels/${id}`;

  return {
    list: async () =>
      (await database.select().from(noticeChannels).orderBy(noticeChannels.id)).map(channelOf),

    async add({ kind, target }) {
      const all = await this.list();
      if (all.some((one) => one.kind === kind && one.target === target)) {
        throw new ConnectorError("conflict", "channel-exists", `Notices go to ${target} already.`);
      }
      if (all.length >= maxChannels)
        throw new ConnectorError(
          "conflict",
          "too-many-channels",
          `Notices go to ${maxChannels} places already.`,
        );
      const id = uuidv7();
      const secret = kind === "webhook" ? randomBytes(32).toString("base64url") : undefined;
      const row = { id, kind, target, enabled: true, createdAt: now() };
      const sealed = secret === undefined ? null : secretBox.seal(place(id), secret);
      await database.insert(noticeChannels).values({ ...row, sealed });
      return { channel: row, secret };
    },

    async enable(id, enabled) {
      const [row] = await database
        .update(noticeChannels)
        .set({ enabled })
        .where(eq(noticeChannels.id, id))
        .returning();
      if (!row) throw notFound("place for notices", id);
      return channelOf(row);
    },

    async remove(id) {
      await database.transaction(async (tx) => {
        const gone = await tx.delete(noticeChannels).where(eq(noticeChannels.id, id)).returning();
        if (gone.length === 0) throw notFound("place for notices", id);
        // A recipe that chose it alone must not fall silent.
        const left = sql`nullif(array_remove(${recipes.noticeChannels}, ${id}::uuid), '{}')`;
        await tx
          .update(recipes)
          .set({ noticeChannels: left })
          .where(arrayContains(recipes.noticeChannels, [id]));
      });
    },

    async secretOf(id) {
      const [row] = await database.select().from(noticeChannels).where(eq(noticeChannels.id, id));
      if (!row?.sealed) throw notFound("place for notices with a secret", id);
      return secretBox.open(place(id), row.sealed);
    },
  };
}

function channelOf({ sealed, ...row }: typeof noticeChannels.$inferSelect): NoticeChannel {
  // What is sealed stays here.
  void sealed;
  return row;
}
