/** Inputs of the toolbox's actions as people write them in recipes, for the reference; a test lints each. */
type Input = Readonly<Record<string, unknown>>;

const file = "{{ recording.file }}";
const registrant = { email: "{{ trigger.object.registrant.email }}" };
const people = [{ Email: "ada@northwind.example", Name: "Ada" }];

/** By connector and action. */
export const toolboxExamples: Readonly<Record<string, Readonly<Record<string, Input>>>> = {
  http: {
    "send-request": { method: "POST", url: "https://api.example.com/registrants", body: registrant },
    "read-pages": {
      ...{ url: "https://api.example.com/people", itemsAt: "data" },
      paging: { by: "cursor", parameter: "cursor", nextAt: "next_cursor" },
    },
    "download-file": { url: "https://example.com/brochure.pdf" },
  },
  email: {
    "send-email": {
      ...{ to: "{{ trigger.object.registrant.email }}", subject: "See you at {{ trigger.object.topic }}" },
      html: "<p>We look forward to meeting you.</p>",
      invitation: {
        summary: "{{ trigger.object.topic }}",
        start: "{{ trigger.object.start_time }}",
        durationMinutes: 60,
      },
    },
  },
  postgres: {
    "run-query": { sql: "select email from people where company = $1", parameters: ["Northwind"] },
    "run-statement": {
      ...{
        sql: "update people set attended = true where email = $1",
        parameters: ["{{ trigger.object.registrant.email }}"],
      },
      idempotent: true,
    },
    "insert-rows": { table: "registrants", rows: registrant, ignoreExisting: true },
    "upsert-rows": { table: "registrants", rows: registrant, key: ["email"] },
    "delete-rows": { table: "registrants", where: registrant },
  },
  files: {
    "save-file": { file, path: "webinars/{{ trigger.object.id }}.mp4" },
    "get-file": { path: "brochures/tour.pdf" },
    "read-text": { path: "texts/footer.html" },
    "list-files": { prefix: "webinars/" },
    "delete-file": { path: "webinars/old.mp4" },
    "create-link": { path: "webinars/tour.mp4", minutes: 1_440 },
  },
  csv: {
    "read-rows": { file },
    "write-rows": { rows: people, path: "reports/people.csv" },
    "make-text": { rows: people },
  },
  xlsx: {
    "read-rows": { file, sheet: "Registrants" },
    "write-rows": { path: "reports/people.xlsx", sheets: [{ name: "People", rows: people }] },
  },
  slack: {
    "post-message": { channel: "#webinars", text: "{{ trigger.object.topic }} has ended." },
    "upload-file": { file, channelId: "C0123456789", comment: "The recording" },
    "find-user": { email: '{{ trigger.object["host_email"] }}' },
    "list-channels": { limit: 200 },
  },
  teams: {
    "post-message": {
      ...{ title: "{{ trigger.object.topic }}", text: "The webinar has ended." },
      facts: [{ title: "Host", value: '{{ trigger.object["host_email"] }}' }],
    },
  },
  "google-sheets": {
    "read-rows": { spreadsheetId: "1AbCdEfGhIjKlMnOp", sheet: "Registrants" },
    "append-rows": { spreadsheetId: "1AbCdEfGhIjKlMnOp", sheet: "Registrants", rows: people },
    "update-rows": {
      spreadsheetId: "1AbCdEfGhIjKlMnOp",
      sheet: "Registrants",
      key: "Email",
      rows: people,
    },
  },
  hubspot: {
    "find-contact": registrant,
    "create-contact": { ...registrant, properties: { lifecyclestage: "lead" } },
    "update-contact": { ...registrant, properties: { attended_webinar: true } },
    "upsert-contact": {
      ...registrant,
      properties: { firstname: "{{ trigger.object.registrant.first_name }}" },
    },
    "add-to-list": { listId: "7", contactIds: ["101"] },
  },
  salesforce: {
    "find-records": { object: "Lead", where: { Email: "{{ trigger.object.registrant.email }}" } },
    "run-query": { soql: "SELECT Id, Email FROM Lead WHERE CreatedDate = TODAY" },
    "create-record": {
      object: "Lead",
      fields: { LastName: "{{ trigger.object.registrant.last_name }}", Company: "unknown" },
    },
    "update-record": { object: "Lead", id: "00Q000000000001", fields: { Status: "Working" } },
    "upsert-record": {
      ...{ object: "Lead", keyField: "Zoom_Registrant__c", key: "{{ trigger.object.registrant.id }}" },
      fields: { LastName: "{{ trigger.object.registrant.last_name }}" },
    },
    "add-to-campaign": {
      ...{ campaignId: "701000000000001", leadId: "00Q000000000001", status: "Registered" },
    },
  },
  logger: {
    "log-message": { message: "{{ trigger.object.topic }}" },
  },
};
