/** Where the sandbox differs from Zoom's descriptions on purpose, and why. */
export const knownDifferences: readonly { readonly matches: RegExp; readonly why: string }[] = [
  {
    matches: /^(POST \/roles answered 201|PATCH \/roles\/\{roleId\} answered 204); documented are/,
    why: "The description puts an error's text under 200; live clients saw 201 and 204 (zoom-api.md 4.5).",
  },
  {
    matches:
      /^GET \/metrics\/(meetings|webinars)\/\S+\/participants \/participants\/\*\/leave_reason: must be equal/,
    why: "The description has $name in its list of texts, where the person's name stands.",
  },
  {
    matches: /^GET \/metrics\/(issues\/)?zoomrooms\/\{zoomroomId\} answered 404 with the code 1012/,
    why: "The descriptions of both document no refusal at all of a room that is not there.",
  },
  {
    matches: /^POST \/marketplace\/apps\/\{appId\}\/(requests|preApprove) answered 404 with the code 4130/,
    why: "The descriptions document no refusal of a group that is not there; the code is that of the groups' own operations.",
  },
  {
    matches: /^(account|group)\.lock_settings_updated \/payload\/\S*\/encryption_type: must be boolean/,
    why: "The schema of the event wants true or false, the operation's own takes the name of the encryption.",
  },
  {
    matches:
      /^user\.updated \/payload\/(old_)?object\/(type: must be equal|custom_attributes\/\*\/value: must be integer)/,
    why: "The schema of the event knows two of the four types that the operation sets, and calls an attribute's text a number.",
  },
  {
    matches: /^group\.settings_updated \/payload\/\S*\/auto_recording: must be boolean/,
    why: "The schema of the event wants true or false, the operation's own takes local, cloud or none.",
  },
  {
    matches:
      /^user\.settings_updated \/payload\/\S*\/(force_pmi_jbh_password|pstn_password_protected): must be string/,
    why: "The schema of the event says text where the operation's own says true or false.",
  },
  {
    matches: /^meeting\.participant_bind \/payload\/object\/participant: must NOT have additional/,
    why: "The schema requires join_time but does not know it; the example beside it has it.",
  },
  {
    matches:
      /^team_chat\.channel_(app_(added|removed) \/payload\/object: must have required property 'members'|join_requested \/payload\/object: must have required property 'type'|invitation_created \/payload\/object\/inviters\/\*: must have required property 'email'|invitation_rejected \/payload\/object\/inviters\/\*: must NOT have additional properties)$/,
    why: "The schemas require a field that they do not name, and forbid what they do not name.",
  },
  {
    matches: /^webinar\.participant_bind \/payload\/object\/type: must be equal to one of/,
    why: "The schema lists the types of meetings; every other event of webinars lists 5, 6 and 9.",
  },
  {
    matches: /^information_barriers\.policy_updated \/payload\/object: must NOT have additional/,
    why: "The description requires an id and forbids every field it does not name, and it names no id.",
  },
  {
    matches: /\/recurrence\/weekly_days: must be equal to one of the allowed values/,
    why: "Described as one digit; the text beside it, and clients, write several with commas (zoom-api.md 4.2).",
  },
  {
    matches: /^app_deauthorized \/payload\/event_ts: must be number$/,
    why: "The description says number and its example shows a text date; clients read the text (zoom-api.md 2.7).",
  },
  {
    matches:
      /^GET \/marketplace\/apps\/\{appId\}\/requests \/requests\/\*\/request_user_department: must match/,
    why: "The description gives a department the format of an email address.",
  },
  {
    matches:
      /^recording\.(completed|trashed|recovered|deleted) \/payload\/object\/recording_files\/\*: must have required property '(id|file_size|status)'$/,
    why: "Captions and the timeline have neither id nor status nor size (zoom-api.md 4.3).",
  },
  {
    matches:
      /^GET \S+\/recordings \S*\/recording_files\/\*\/file_type: must be equal to one of the allowed values$/,
    why: "The timeline file is missing in the list of the answers, and is in that of the events (zoom-api.md 4.3).",
  },
  {
    matches: /^recording\.trashed \/payload\/object: must NOT have additional properties/,
    why: "The example beside the schema has the password; the schema does not.",
  },
  {
    matches: /^GET \/report\/disclaimer \/disclaimer_records: must NOT have fewer than 1 items$/,
    why: "The description asks for one at least; where nobody answered a disclaimer, there is none to list.",
  },
  {
    matches: /^GET \S*\/archive_files \S*\/complete_time: must/,
    why: "Described as an object in the form of a date; it is a date.",
  },
  {
    matches: /^chat_channel\.member_removed \/event_ts: must be string$/,
    why: "Described as text for this event alone; every other event of channels has a number.",
  },
];
