/** What an account on the free plan is refused. Zoom: as the descriptions of the operations say, each in its own words. */
const PAID_ONLY: readonly (readonly [operations: RegExp, message: string])[] = [
  [/ \/(groups|im\/groups)(\/|$)/, "Only available for Paid account."],
  [/ \/contacts\/groups(\/|$)/, "Only available for paid account: {accountId}"],
  [/ \/information_barriers\//, "Only available for Paid account: {accountId}."],
  [/^PATCH \/accounts\/\{accountId\}\/settings/, "Only available for paid accounts."],
  [/ \/meetings\/(meeting_summaries|\{meetingId\}\/meeting_summary)$/, "Only available for Paid account."],
  [/^GET \/past_meetings\/\{meetingId\}(\/participants)?$/, "Only available for paid account: {accountId}."],
  [
    /^GET \/past_webinars\/\{webinarId\}\/participants$/,
    "Only available for Paid or ZMP account: {accountId}.",
  ],
  [/^DELETE \/past_meetings\/\{meetingUUID\}\/archive_files$/, "Only available for Paid account."],
  [/^GET \/report\/users\/\{userId\}\/meetings$/, "This is only available for paid account: {accountId}."],
];

/** How an account on the free plan is refused; undefined where it is not. */
export function freePlanRefusal(operation: string, accountId: string): string | undefined {
  const found = PAID_ONLY.find(([operations]) => operations.test(operation));
  return found?.[1].replace("{accountId}", accountId);
}
