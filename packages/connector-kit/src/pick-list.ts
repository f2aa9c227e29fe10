/** Things of a service that people choose from instead of typing an id; read through a connection by one of its actions. */
export interface PickList {
  readonly title: string;
  /** The action that lists them. */
  readonly action: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Where the list is in the action's output. */
  readonly items: string;
  /** The item's field that is the value. */
  readonly value: string;
  /** The item's fields that people know it by; the first ones that are there are shown. */
  readonly label: readonly string[];
  /** Fields that tell items of one name apart. */
  readonly note?: readonly string[];
  /** The list whose chosen value the action's input needs, and the name of that input. */
  readonly within?: { readonly list: string; readonly input: string };
}

/** What can be chosen at a service. */
export interface PickLists {
  readonly lists: Readonly<Record<string, PickList>>;
  /** Which list fills a field of an action's or trigger's input, by the field's name. */
  readonly fields: Readonly<Record<string, string>>;
}

/** An operation of a service's API, for those who call it by hand. */
export interface KnownOperation {
  /** Such as `GET /users/{userId}`. */
  readonly name: string;
  readonly product: string;
  readonly label: string | undefined;
  readonly scopes: { readonly classic: readonly string[]; readonly granular: readonly string[] };
  readonly privilege: string | undefined;
}

/** What a service is known to have beyond the connector's own actions and triggers. */
export interface KnownService {
  operations(): readonly KnownOperation[];
  events(): readonly string[];
  /** The privilege that an endpoint needs for other people's things, as the service's page shows it. */
  privilegeOf(endpoint: string): string | undefined;
}
