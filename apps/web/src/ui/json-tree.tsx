import {
  ActionIcon,
  Box,
  Button,
  CopyButton,
  Group,
  Text,
  TextInput,
  Tooltip,
  Tree,
  type TreeNodeData,
  useTree,
} from "@mantine/core";
import { IconCheck, IconChevronRight, IconCopy, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";

const manyNodes = 12;
const mostShown = 300;

/** Data as a tree: to unfold, search and copy. */
export function JsonTree({
  label,
  value,
  onWhole,
}: {
  readonly label: string;
  readonly value: unknown;
  readonly onWhole?: (() => void) | undefined;
}) {
  const [search, setSearch] = useState("");
  const nodes = useMemo(() => nodesOf(value, ""), [value]);
  const found = useMemo(() => searched(nodes, search.trim().toLowerCase()), [nodes, search]);
  const many = useMemo(() => countOf(nodes, manyNodes + 1) > manyNodes, [nodes]);
  const text = useMemo(
    () => (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "null")),
    [value],
  );
  const plain = typeof value !== "object" || value === null;
  return (
    <Box component="section" aria-label={label} role="region">
      <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        <Group gap={4} wrap="nowrap">
          {many && (
            <TextInput
              size="xs"
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder="Search"
              leftSection={<IconSearch size={12} aria-hidden />}
              value={search}
              onChange={({ currentTarget }) => setSearch(currentTarget.value)}
              w={150}
            />
          )}
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? "Copied" : "Copy"}>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  onClick={copy}
                  aria-label={copied ? "Copied" : `Copy ${label.toLowerCase()}`}
                >
                  {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        </Group>
      </Group>
      <Box className="json-tree">
        {plain ? (
          <Text size="xs" className="mono" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {typeof value === "string" ? value : value == null ? "nothing" : JSON.stringify(value)}
          </Text>
        ) : found.length === 0 ? (
          <Text size="xs" c="dimmed">
            {search === "" ? "empty" : `Nothing matches “${search}”.`}
          </Text>
        ) : (
          <Nodes key={search === "" ? "" : "search"} nodes={found} open={search !== ""} label={label} />
        )}
      </Box>
      {onWhole && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={onWhole}>
          Only the beginning is shown. Show all of it
        </Button>
      )}
    </Box>
  );
}

interface Node {
  readonly path: string;
  readonly name: string;
  /** Of a leaf. */
  readonly text: string | undefined;
  readonly kind: string;
  readonly children: readonly Node[];
}

function Nodes({
  nodes,
  open,
  label,
}: {
  readonly nodes: readonly Node[];
  readonly open: boolean;
  readonly label: string;
}) {
  const byPath = useMemo(() => {
    const all = new Map<string, Node>();
    const add = (list: readonly Node[]) => {
      for (const one of list) {
        all.set(one.path, one);
        add(one.children);
      }
    };
    add(nodes);
    return all;
  }, [nodes]);
  const data = useMemo(() => treeData(nodes), [nodes]);
  const tree = useTree({
    initialExpandedState: Object.fromEntries(
      [...byPath.values()]
        .filter(({ children }) => open || children.length <= manyNodes)
        .map(({ path }) => [path, true]),
    ),
  });
  return (
    <Tree
      data={data}
      tree={tree}
      levelOffset={16}
      aria-label={label}
      renderNode={({ node, expanded, hasChildren, elementProps }) => {
        const one = byPath.get(node.value);
        return (
          <Group gap={4} wrap="nowrap" align="flex-start" {...elementProps}>
            <IconChevronRight
              size={12}
              aria-hidden
              style={{
                visibility: hasChildren ? "visible" : "hidden",
                flexShrink: 0,
                marginTop: 4,
                rotate: expanded ? "90deg" : "0deg",
              }}
            />
            <Text size="xs" className="mono" component="span" style={{ overflowWrap: "anywhere" }}>
              <span className="json-name">{one?.name}</span>
              {": "}
              <span className={`json-${one?.kind ?? ""}`}>{one?.text}</span>
            </Text>
          </Group>
        );
      }}
    />
  );
}

function nodesOf(value: unknown, above: string): readonly Node[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value)
    ? value.map((one: unknown, index) => [String(index), one] as const)
    : Object.entries(value);
  const shown = entries.slice(0, mostShown).map(([name, one]): Node => {
    const path = `${above}/${name}`;
    const children = nodesOf(one, path);
    return { path, name, children, ...textOf(one) };
  });
  if (entries.length <= mostShown) return shown;
  const rest = {
    path: `${above}/…`,
    name: "…",
    text: `${entries.length - mostShown} more; copy to see them`,
    kind: "more",
    children: [],
  };
  return [...shown, rest];
}

function textOf(value: unknown): Pick<Node, "text" | "kind"> {
  if (Array.isArray(value))
    return {
      text: value.length === 0 ? "[ ]" : `${value.length} ${value.length === 1 ? "item" : "items"}`,
      kind: "more",
    };
  if (typeof value === "object" && value !== null)
    return { text: Object.keys(value).length === 0 ? "{ }" : "", kind: "more" };
  if (typeof value === "string")
    return { text: value === "" ? "empty text" : value, kind: value === "" ? "more" : "string" };
  return { text: String(value), kind: typeof value === "number" ? "number" : "keyword" };
}

function searched(nodes: readonly Node[], search: string): readonly Node[] {
  if (search === "") return nodes;
  return nodes.flatMap((one) => {
    if (`${one.name} ${one.text ?? ""}`.toLowerCase().includes(search)) return [one];
    const children = searched(one.children, search);
    return children.length > 0 ? [{ ...one, children }] : [];
  });
}

function countOf(nodes: readonly Node[], enough: number): number {
  let count = 0;
  for (const { children } of nodes) {
    count += 1 + countOf(children, enough - count);
    if (count >= enough) break;
  }
  return count;
}

function treeData(nodes: readonly Node[]): TreeNodeData[] {
  return nodes.map(({ path, name, children }) => ({
    value: path,
    label: name,
    ...(children.length > 0 && { children: treeData(children) }),
  }));
}
