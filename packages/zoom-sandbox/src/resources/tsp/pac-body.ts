import { z } from "zod";

const dialIn = z.strictObject({ country: z.string().min(1), number: z.string().min(1).max(16) });
const account = z.strictObject({
  conference_id: z.int().positive(),
  dedicated_dial_in_number: z.array(dialIn).default([]),
  global_dial_in_numbers: z.array(dialIn).default([]),
  listen_only_password: z.string().max(6).default(""),
  participant_password: z.string().max(6).default(""),
});

/** What switches personal audio conferences on for a person. */
export const pacBody = z.strictObject({ pac_accounts: z.array(account) });

/** A person's conferences. Table `user_pac`, by the person's id; without a row PAC is off for them. */
export type UserPac = z.infer<typeof pacBody>;
