/** What is kept of Team Chat: channels, messages, files and what people mark. */

/** One person in a channel. */
export interface Member {
  user_id: string;
  role: "owner" | "admin" | "member";
  joined_ms: number;
}

/** Zoom's settings of a channel. */
export interface ChannelSettings {
  add_member_permissions: number;
  new_members_can_see_previous_messages_files: boolean;
  posting_permissions: number;
  mention_all_permissions: number;
  allow_to_add_external_users: number;
}

/** A channel or group chat. Table `chat_channels`, by id. */
export interface Channel {
  /** 32 hexadecimal digits. */
  id: string;
  name: string;
  /** 1 private, 2 private within the account, 3 public, 4 group chat, 5 public for everybody of the account. */
  type: number;
  settings: ChannelSettings;
  /** Who may post when `posting_permissions` is 3. */
  posters: string[];
  members: Member[];
  group_ids: string[];
  /** Apps that are members. */
  app_ids?: string[];
  archived: boolean;
  /** Absent while the account's retention holds. */
  retention_period?: string;
  space_id?: string;
  space_channel_type?: "private" | "public_for_members" | "general";
}

/** Somebody joined or left. Table `chat_activities`; `table.by("channel_id", …)` finds a channel's. */
export interface Activity {
  channel_id: string;
  at_ms: number;
  operator_id: string;
  member_status: "joined" | "left";
  members: { user_id: string; display_name: string }[];
}

/** A reaction of one person. */
export interface Reaction {
  emoji: string;
  user_id: string;
  /** Of the account's own emoji. */
  custom_id?: string;
}

/** What a chatbot sent. */
export interface BotPart {
  app_id: string;
  robot_jid: string;
  to_jid: string;
  content: object;
  is_markdown_support: boolean;
  /** Only this person sees it. */
  visible_to?: string;
}

/** A message. Table `chat_messages`, by id; `table.by("session", …)` finds a conversation's, oldest first. */
export interface Message {
  id: string;
  /** The channel's id, or both people's ids in order with a dot between. */
  session: string;
  at_ms: number;
  /** A bot's messages have the id of its app. */
  sender_id: string;
  text: string;
  file_ids: string[];
  reply_to: string;
  rich_text: object[];
  at_items: AtItem[];
  cards: { card_id: string; card_json: string }[];
  reactions: Reaction[];
  edits: { at_ms: number; text: string }[];
  deleted_ms?: number;
  bot?: BotPart;
}

/** Somebody is named in a message. */
export interface AtItem {
  at_contact?: string;
  /** 1 a person, 2 everybody. */
  at_type: number;
  start_position: number;
  end_position: number;
}

/** A file that was uploaded. Table `chat_files`, by id. */
export interface ChatFile {
  id: string;
  owner_id: string;
  name: string;
  type: string;
  size: number;
  digest: string;
  created_ms: number;
  base64: string;
}
