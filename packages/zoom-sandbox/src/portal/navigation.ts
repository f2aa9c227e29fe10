/** Whether the person's role holds a privilege. */
export type May = (privilege: string) => boolean;

/** A group of links. */
export interface NavGroup {
  readonly title: string;
  readonly links: readonly NavLink[];
}

/** A link; with a privilege, only for people whose role holds it. */
export interface NavLink {
  readonly path: string;
  readonly title: string;
  readonly privilege?: string;
}

const link = (path: string, title: string, privilege?: string): NavLink => ({
  ...{ path, title },
  ...(privilege !== undefined && { privilege }),
});

const PORTAL: readonly NavGroup[] = [
  {
    title: "Personal",
    links: [
      link("/portal/meetings", "Meetings"),
      link("/portal/webinars", "Webinars"),
      link("/portal/recordings", "Recordings"),
    ],
  },
  {
    title: "Admin: User Management",
    links: [
      link("/portal/users", "Users", "User:Read"),
      link("/portal/groups", "Groups", "Group:Read"),
      link("/portal/roles", "Roles", "Role:Read"),
    ],
  },
  {
    title: "Admin: Account Management",
    links: [
      link("/portal/account", "Account profile", "AccountProfile:Edit"),
      link("/portal/settings", "Account settings", "AccountSetting:Read"),
      link("/portal/tracking-fields", "Tracking fields", "ScheduleTrackingFields:Read"),
      link("/portal/reports", "Reports", "UsageReport:Read"),
    ],
  },
  {
    title: "Admin: Room Management",
    links: [link("/portal/rooms", "Zoom Rooms", "ZoomRooms:Read")],
  },
  {
    title: "Admin: Phone System",
    links: [
      link("/portal/phone/users", "Phone users", "PbxAdmin:Read"),
      link("/portal/phone/calls", "Call logs", "PbxAdmin:Read"),
    ],
  },
];

const MARKETPLACE: readonly NavGroup[] = [
  {
    title: "Develop",
    links: [link("/marketplace/apps", "Created apps")],
  },
  { title: "Personal app management", links: [link("/marketplace/added", "Added Apps")] },
  {
    title: "Admin app management",
    links: [
      link("/marketplace/account", "Apps on account", "MarketPlace:Edit"),
      link("/marketplace/requests", "App requests", "MarketPlace:Edit"),
    ],
  },
];

/** The links beside a page, by where it is. */
export function sideLinks(here: string | undefined, may: May): readonly NavGroup[] {
  const groups = here?.startsWith("/portal") ? PORTAL : here?.startsWith("/marketplace") ? MARKETPLACE : [];
  return groups
    .map(({ title, links }) => ({
      title,
      links: links.filter(({ privilege }) => privilege === undefined || may(privilege)),
    }))
    .filter(({ links }) => links.length > 0);
}

/** The links on top of every page; the Marketplace's own come while one is in it. */
export function topLinks(here: string | undefined): readonly NavLink[] {
  const manage = [link("/marketplace/apps", "Develop"), link("/marketplace/added", "Manage")];
  return [
    link("/portal", "Portal"),
    link("/marketplace", "App Marketplace"),
    ...(here?.startsWith("/marketplace") ? manage : []),
    link("/_sandbox", "Control plane"),
  ];
}

/** True when a link leads to where the page is. */
export function leadsHere(path: string, here: string | undefined): boolean {
  if (here === undefined) return false;
  if (path === "/portal") return here.startsWith("/portal");
  if (path === "/marketplace/added")
    return ["/marketplace/added", "/marketplace/account", "/marketplace/requests"].includes(here);
  return path === here;
}
