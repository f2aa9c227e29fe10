/** A day of a Zoom account in the sandbox, on which each event that a trigger of ours is for happens at least once. */

/** What people do it with: Zoom's own API, its pages, and what the sandbox lets them do. */
export interface People {
  /** Zoom's REST API, by an app that is not Greenroom's. */
  api<T = { id: string }>(method: string, path: string, body?: object): Promise<T>;
  /** `/_sandbox…`. */
  act<T = unknown>(path: string, body?: object): Promise<T>;
  /** An event that nobody in the sandbox can bring about. */
  emit(event: string, payload: object): Promise<unknown>;
  /** The owner at a page of Zoom's. */
  page(path: string, fields: Record<string, string>): Promise<unknown>;
  /** Time passes, in the sandbox and here. */
  pass(ms: number): Promise<void>;
  /** Everybody waits until the jobs of what happened so far are done: before something is deleted that they read. */
  rest(): Promise<void>;
}

const minute = 60_000;
const hana = "hana@acme.example";
const luis = "luis@acme.example";
const mei = "mei@acme.example";
const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString().replace(/\.\d+/, "");

/** All of it; `people` come anew for each part of the day, as hours pass. */
export async function dayAtZoom(people: () => Promise<People>): Promise<void> {
  for (const part of [...[inMeetings, inWebinars, withRecordings, amongPeople, inChat, atDoorsAndTelephones]])
    await part(await people());
}

async function inMeetings({ api, act, pass, rest }: People): Promise<void> {
  const schedule = (topic: string, more: object = {}) =>
    api<{ id: number }>("POST", `/users/${hana}/meetings`, {
      topic,
      type: 2,
      start_time: inAYear(),
      ...more,
    });
  const { id: review } = await schedule("Quarterly review");
  await api("PATCH", `/meetings/${review}`, { agenda: "The quarter" });
  await rest();
  await api("DELETE", `/meetings/${review}`);

  const { id: openDay } = await schedule("Open day", { settings: { approval_type: 1 } });
  const register = (email: string) =>
    api<{ registrant_id: string }>("POST", `/meetings/${openDay}/registrants`, { email, first_name: "Ada" });
  await register("ada@northwind.example");
  for (const action of ["approve", "cancel", "deny"]) {
    const email = `${action}@contoso.example`;
    const { registrant_id: id } = await register(email);
    await api("PUT", `/meetings/${openDay}/registrants/status`, { action, registrants: [{ id, email }] });
  }

  const { id } = await schedule("All hands", { type: 1, settings: { waiting_room: true } });
  const does = (what: string, body: object = {}) => act(`/meetings/${id}/${what}`, body);
  await does("join", { name: "Early bird", wait: true });
  await does("start");
  await does("join", { email: luis });
  await does("admit", { all: true });
  await does("role", { email: luis, role: "co-host" });
  await does("share/start", { email: luis, content: "screen" });
  await does("share/stop", { email: luis });
  await does("chat", { email: luis, text: "Hello all" });
  await does("alert", { issues: ["Unstable audio quality"] });
  const stream = {
    stream_url: "rtmp://stream.example/x",
    stream_key: "key",
    page_url: "https://stream.example",
  };
  await api("PATCH", `/meetings/${id}/livestream`, stream);
  for (const action of ["start", "stop"]) await api("PATCH", `/meetings/${id}/livestream/status`, { action });
  await does("ai-companion/start", { summary: true });
  await pass(10 * minute);
  await does("leave", { email: luis });
  await does("end");
}

async function inWebinars({ api, act, pass, rest }: People): Promise<void> {
  const schedule = (topic: string, settings: object) =>
    api<{ id: number }>("POST", `/users/${mei}/webinars`, {
      topic,
      type: 5,
      start_time: inAYear(),
      settings,
    });
  const { id: gone } = await schedule("Never shown", {});
  await api("PATCH", `/webinars/${gone}`, { agenda: "Nothing" });
  await rest();
  await api("DELETE", `/webinars/${gone}`);
  const { id } = await schedule("Product news", { approval_type: 1 });
  const register = (email: string) =>
    api<{ registrant_id: string }>("POST", `/webinars/${id}/registrants`, { email, first_name: "Ada" });
  await register("ada@northwind.example");
  for (const action of ["approve", "cancel", "deny"]) {
    const email = `${action}@contoso.example`;
    const { registrant_id } = await register(email);
    const registrants = [{ id: registrant_id, email }];
    await api("PUT", `/webinars/${id}/registrants/status`, { action, registrants });
  }
  await rest();
  const does = (what: string, body: object = {}) => act(`/webinars/${id}/${what}`, body);
  await does("start");
  const ada = { email: "ada@northwind.example" };
  await does("join", ada);
  const question = { name: "Which part?", type: "single", answers: ["One", "Two"] };
  await does("polls/raise", { title: "Parts", questions: [question] });
  await does("polls/answer", { ...ada, answers: [{ question: "Which part?", answer: "Two" }] });
  await does("questions/ask", { ...ada, question: "Why?" });
  await does("alert", { issues: ["High CPU occupation"] });
  await pass(10 * minute);
  await does("leave", ada);
  await does("end");
}

async function withRecordings({ api, act, pass, rest }: People): Promise<void> {
  const { id } = await api<{ id: number }>("POST", `/users/${hana}/meetings`, { topic: "Recorded", type: 1 });
  const does = (what: string) => act(`/meetings/${id}/${what}`);
  await does("start");
  await does("recording/start");
  await pass(minute);
  await does("recording/pause");
  await does("recording/resume");
  await pass(9 * minute);
  await does("recording/stop");
  await does("end");
  await pass(30 * minute);
  const { uuid } = await api<{ uuid: string }>("GET", `/meetings/${id}/recordings`);
  const path = `/meetings/${encodeURIComponent(encodeURIComponent(uuid))}/recordings`;
  await api("PATCH", `/meetings/${id}/recordings/settings`, { topic: "Recorded, at last" });
  await api("DELETE", `${path}?action=trash`);
  await api("PUT", `${path}/status`, { action: "recover" });
  await rest();
  await api("DELETE", `${path}?action=delete`);
}

async function amongPeople({ api, emit, page, rest }: People): Promise<void> {
  const newcomers = await api("POST", "/groups", { name: "Newcomers" });
  const { ids } = await api<{ ids: string }>("POST", `/groups/${newcomers.id}/members`, {
    members: [{ email: luis }],
  });
  await api("DELETE", `/groups/${newcomers.id}/members/${ids}`);
  const user_info = { email: "nina@acme.example", type: 1, first_name: "Nina", last_name: "New" };
  const { id } = await api("POST", "/users", { action: "autoCreate", user_info });
  await api("PATCH", `/users/${id}`, { dept: "Sales" });
  await api("PATCH", `/users/${id}/settings`, { schedule_meeting: { host_video: true } });
  await api("PUT", `/users/${id}/presence_status`, { status: "Available" });
  for (const action of ["deactivate", "activate"]) await api("PUT", `/users/${id}/status`, { action });
  await rest();
  await api("DELETE", `/users/${id}?action=delete`);
  const other = { ...user_info, email: "otto@acme.example", first_name: "Otto" };
  const { id: otto } = await api("POST", "/users", { action: "autoCreate", user_info: other });
  await rest();
  await api("DELETE", `/users/${otto}?action=disassociate`);
  await page("/portal/users", { emails: "petra@acme.example", type: "1" });
  const { users } = await api<{ users: { id: string }[] }>("GET", "/users?status=pending");
  for (const one of users) await page(`/portal/users/${one.id}/accept`, {});
  await api("PATCH", "/accounts/me/settings", { schedule_meeting: { host_video: true } });
  await page("/portal/account", { account_name: "Acme and sons" });
  for (const [event, object] of Object.entries({
    "account.created": { id: "a1", owner_id: "o1", email: "owner@sub.example" },
    "account.disassociated": { id: "a1", owner_id: "o1", owner_email: "owner@sub.example" },
  }))
    await emit(event, { operator: "olivia@acme.example", operator_id: "o", object });
}

async function inChat({ api, rest }: People): Promise<void> {
  const { id: channel } = await api("POST", `/chat/users/${hana}/channels`, { name: "Launch", type: 3 });
  const write = (message: string, more: object = {}) =>
    api("POST", `/chat/users/${hana}/messages`, { message, to_channel: channel, ...more });
  const { id } = await write("Many thanks");
  await write("You are welcome", { reply_main_message_id: id });
  const path = `/chat/users/${hana}/messages/${id}`;
  await api("PUT", path, { message: "Thank you", to_channel: channel });
  await rest();
  await api("DELETE", `${path}?to_channel=${channel}`);
  await api("POST", `/chat/channels/${channel}/members/me`);
  await api("DELETE", `/chat/channels/${channel}/members/me`);
}

async function atDoorsAndTelephones({ api, act, pass, rest }: People): Promise<void> {
  const { id: room } = await api("POST", "/rooms", { name: "Spree", type: "ZoomRoom" });
  await api("PATCH", `/rooms/${room}`, { basic: { name: "Spree 2" } });
  for (const method of ["zoomroom.check_in", "zoomroom.check_out"])
    await api("PATCH", `/rooms/${room}/events`, { method, params: { event_id: "e1" } });
  await act(`/rooms/${room}/alert`, { issue: "Microphone disconnected" });
  await rest();
  await api("DELETE", `/rooms/${room}`);

  const from = { number: "+12125550111", name: "Ada Ackers" };
  const rings = { from, to: { email: hana }, ring: "PT5S" };
  await act("/phone/calls", { ...rings, recorded: true, talk: "PT30S" });
  await act("/phone/calls", { ...rings, outcome: "no_answer" });
  await act("/phone/calls", { ...rings, outcome: "voicemail", talk: "PT9S" });
  await act("/phone/calls", { from: { email: hana }, to: from, ring: "PT5S", talk: "PT30S" });
  await pass(minute);
  const { phone_numbers: own } = await api<{ phone_numbers: { number: string }[] }>(
    ...(["GET", `/phone/users/${hana}`] as const),
  );
  await act("/phone/sms", { from: from.number, to: own[0]?.number, text: "On my way" });
}
